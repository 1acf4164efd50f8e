/** How much a second, as a person wants it: of the last seconds, smoothed, so that neither a pause nor a burst shakes the ETA. */

/** After so long, what was before counts for a third. */
const memoryMs = 10_000;
/** A second; what is left of a rate when nothing has moved for minutes. */
const nothing = 0.001;

export class RecentRate {
  #last = { amount: 0, elapsedMs: 0 };
  /** The rates seen, the recent ones weighing most, and how much they weigh together: less than 1 in the first seconds. */
  #sum = 0;
  #weight = 0;
  #movedMs = 0;

  /** Milliseconds since the total last grew. */
  get restingMs(): number {
    return this.#last.elapsedMs - this.#movedMs;
  }

  get perSecond(): number {
    return this.#weight === 0 ? 0 : this.#sum / this.#weight;
  }

  /**
   * Totals since the beginning: bytes, files. The first look at something under way shows its mean so far. Fewer milliseconds than before
   * are something new, and begin anew.
   */
  observe(amount: number, elapsedMs: number): void {
    if (elapsedMs < this.#last.elapsedMs) {
      this.#last = { amount: 0, elapsedMs: 0 };
      this.#sum = 0;
      this.#weight = 0;
      this.#movedMs = 0;
    }
    const ms = elapsedMs - this.#last.elapsedMs;
    if (ms <= 0) return;
    const now = ((amount - this.#last.amount) * 1000) / ms;
    const kept = Math.exp(-ms / memoryMs);
    this.#sum = kept * this.#sum + (1 - kept) * now;
    this.#weight = kept * this.#weight + (1 - kept);
    if (amount > this.#last.amount) this.#movedMs = elapsedMs;
    this.#last = { amount, elapsedMs };
  }

  /** Milliseconds that so much more takes at this pace; undefined where nothing moves. */
  etaMs(remaining: number): number | undefined {
    return this.perSecond < nothing ? undefined : (remaining * 1000) / this.perSecond;
  }
}
