/**
 * Samples of a run of any length, in a bounded list: when it is full, every second one goes, and from then on fewer are taken. The
 * first and the last are always kept. Samples must be cumulative, or levels, so that those that stay are exact without the others.
 */
const capacity = 480;

export class ThinnedSeries<Sample> {
  #kept: Sample[] = [];
  #last: Sample | undefined;
  #seen = 0;
  #stride = 1;

  add(sample: Sample): void {
    if (this.#seen % this.#stride === 0) this.#kept.push(sample);
    this.#seen += 1;
    this.#last = sample;
    if (this.#kept.length < capacity) return;
    this.#kept = this.#kept.filter((_, index) => index % 2 === 0);
    this.#stride *= 2;
  }

  result(): Sample[] {
    const { length } = this.#kept;
    if (this.#last === undefined || this.#kept[length - 1] === this.#last) return [...this.#kept];
    return [...this.#kept, this.#last];
  }
}
