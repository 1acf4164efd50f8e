/**
 * bytesPerSecond: a token bucket that every READ of every connection waits at before it is sent, in the order of asking. So the wire is
 * limited, and not only what is done with its bytes. The bucket holds a quarter of a second: what a late timer missed is made up
 * for, and no second passes its limit by more than that.
 */
const burstSeconds = 0.25;
/** No READ may take more than this much of the time: at a low rate a long one would be a burst of its own. */
const readSeconds = 0.1;
const leastReadBytes = 512;
/** Asked for ahead, at most: more would only wait in line, before the reads of other files. */
const windowSeconds = 0.5;

export interface PaceClock {
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Rejects when the run is stopped. */
  readonly sleep: (durationMs: number) => Promise<void>;
}

export class Pace {
  #tokens = 0;
  #filledAt: number;
  #line: Promise<void> = Promise.resolve();

  constructor(
    private readonly bytesPerSecond: number,
    private readonly clock: PaceClock,
  ) {
    this.#filledAt = clock.now();
  }

  /** Longest READ to ask for. */
  get mostBytes(): number {
    return Math.max(leastReadBytes, Math.floor(this.bytesPerSecond * readSeconds));
  }

  /** Bytes worth having asked for on one connection. */
  get windowBytes(): number {
    return Math.max(leastReadBytes, Math.floor(this.bytesPerSecond * windowSeconds));
  }

  /** Resolves when so many more may be asked for. */
  take(bytes: number): Promise<void> {
    const turn = this.#line.then(() => this.#wait(bytes));
    this.#line = turn.catch(() => undefined);
    return turn;
  }

  async #wait(bytes: number): Promise<void> {
    for (;;) {
      this.#fill();
      // A READ longer than the bucket goes when it is full, and the next ones wait for its debt.
      const needed = Math.min(bytes, this.bytesPerSecond * burstSeconds);
      if (this.#tokens >= needed) break;
      await this.clock.sleep(Math.ceil(((needed - this.#tokens) / this.bytesPerSecond) * 1000));
    }
    this.#tokens -= bytes;
  }

  #fill(): void {
    const now = this.clock.now();
    const earned = ((now - this.#filledAt) / 1000) * this.bytesPerSecond;
    this.#filledAt = now;
    this.#tokens = Math.min(this.#tokens + earned, this.bytesPerSecond * burstSeconds);
  }
}
