/**
 * How many connections there may be: as many as the settings say, and fewer once the server refused more. What it refused for may pass (an
 * outage that spared some connections, other clients): one more is tried again after a while, and after twice as long each time that it is
 * refused. Once it is let in there may be as many as at first.
 */

const firstPauseMs = 60_000;
/** A server that counts refused logins sees no more than these. */
const longestPauseMs = 3_600_000;

export class ConnectionLimit {
  #value: number;
  /** As it was last told. */
  #told: number;
  #pauseMs = firstPauseMs;
  #triedAgainAtMs = Number.NEGATIVE_INFINITY;

  /** `now`: milliseconds. */
  constructor(
    private readonly most: number,
    private readonly now: () => number,
  ) {
    this.#value = most;
    this.#told = most;
  }

  get value(): number {
    return this.#value;
  }

  /** Whether one more may be opened. `connections`: those that are open or being opened; so everywhere here. */
  allowsBeside(connections: number): boolean {
    if (connections < this.#value) return true;
    return connections === this.#value && this.#value < this.most && this.#isTimeToTry;
  }

  /** One more than these was refused. */
  refusedBeside(connections: number): void {
    this.#value = Math.min(this.#value, Math.max(1, connections));
    // Several that are refused at one time are one refusal.
    if (!this.#isTimeToTry) return;
    this.#triedAgainAtMs = this.now() + this.#pauseMs;
    this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs);
  }

  /** So many are open. */
  opened(connections: number): void {
    if (connections > this.#value) this.reset();
  }

  /** What was refused says nothing any more. */
  reset(): void {
    this.#value = this.most;
    this.#told = this.most;
    this.#pauseMs = firstPauseMs;
    this.#triedAgainAtMs = Number.NEGATIVE_INFINITY;
  }

  /** Whether it is another than when this was last asked; a limit that is as at first again is no news. */
  takeNews(): boolean {
    const isNews = this.#value !== this.#told;
    this.#told = this.#value;
    return isNews;
  }

  get #isTimeToTry(): boolean {
    return this.now() >= this.#triedAgainAtMs;
  }
}
