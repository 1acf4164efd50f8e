/**
 * A histogram of any number of values in a fixed 16 KiB: each power of two is cut into 16 parts, so that a quantile is off by at most
 * 1/16 of its value (the scheme of HdrHistogram, with a fixed precision).
 */
import type { Histogram } from './report-data';

const parts = 16;
/** Powers of two up to 2^63: more than any size or duration. */
const powers = 64;

export class LogHistogram {
  readonly #counts = new Float64Array(powers * parts);
  readonly #sums = new Float64Array(powers + 1);
  #zeros = 0;
  #count = 0;
  #sum = 0;
  #max = 0;

  /** @param value 0 or more; anything below 1 counts as 0. */
  add(value: number): void {
    this.#count += 1;
    this.#sum += value;
    this.#max = Math.max(this.#max, value);
    if (value < 1) {
      this.#zeros += 1;
      return;
    }
    const power = Math.min(powers - 1, Math.floor(Math.log2(value)));
    const part = Math.min(parts - 1, Math.floor((value / 2 ** power - 1) * parts));
    const slot = power * parts + part;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
    this.#sums[power + 1] = (this.#sums[power + 1] ?? 0) + value;
  }

  result(): Histogram {
    const bins = Array.from({ length: powers + 1 }, (_, bin) => ({
      bin,
      count: this.#countIn(bin),
      sum: this.#sums[bin] ?? 0,
    })).filter(({ count }) => count > 0);
    return {
      bins,
      count: this.#count,
      sum: this.#sum,
      max: this.#max,
      median: this.#quantile(0.5),
      p99: this.#quantile(0.99),
    };
  }

  #countIn(bin: number): number {
    if (bin === 0) return this.#zeros;
    return this.#counts.subarray((bin - 1) * parts, bin * parts).reduce((total, count) => total + count, 0);
  }

  #quantile(share: number): number {
    const rank = Math.ceil(share * this.#count);
    let seen = this.#zeros;
    if (rank <= seen) return 0;
    for (let slot = 0; slot < this.#counts.length; slot += 1) {
      seen += this.#counts[slot] ?? 0;
      // The middle of the slot, which never is more than the greatest value there was.
      const middle = 2 ** Math.floor(slot / parts) * (1 + ((slot % parts) + 0.5) / parts);
      if (seen >= rank) return Math.round(Math.min(middle, this.#max));
    }
    return this.#max;
  }
}
