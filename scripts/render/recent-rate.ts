/** How much a second, as a person wants it: of the last seconds, smoothed, so that neither a pause nor a burst shakes the ETA. */

/** After so long, what was before counts for a third. */
const memoryMs = 10_000;
/** A second; what is left of a rate when nothing has moved for minutes. */
const nothing = 0.001;

export class RecentRate {
  #last = { amount: 0, elapsedMs: 0 };
  #isNew = true;
  #perSecond = 0;

  get perSecond(): number {
    return this.#perSecond;
  }

  /**
   * Totals since the beginning: bytes, files. The first look at something under way shows its mean so far. Fewer milliseconds than before
   * are something new, and begin anew.
   */
  observe(amount: number, elapsedMs: number): void {
    if (elapsedMs < this.#last.elapsedMs) {
      this.#last = { amount: 0, elapsedMs: 0 };
      this.#isNew = true;
    }
    const ms = elapsedMs - this.#last.elapsedMs;
    if (ms <= 0) return;
    const now = ((amount - this.#last.amount) * 1000) / ms;
    const kept = this.#isNew ? 0 : Math.exp(-ms / memoryMs);
    this.#perSecond = kept * this.#perSecond + (1 - kept) * now;
    this.#last = { amount, elapsedMs };
    this.#isNew = false;
  }

  /** Milliseconds that so much more takes at this pace; undefined where nothing moves. */
  etaMs(remaining: number): number | undefined {
    return this.#perSecond < nothing ? undefined : (remaining * 1000) / this.#perSecond;
  }
}
