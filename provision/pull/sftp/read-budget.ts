/**
 * Bytes asked for and not yet taken, over all connections: as many as are of use, which is measured, and never more than a run may hold in
 * memory when the disk falls behind the network.
 *
 * Of use is what arrives in a round trip, and half as much again, so that more is found out where there is more. Anything beyond it only
 * waits: in the server, which spends its time moving it about, or in a queue on the way, with the small requests of other files behind it.
 *
 *     rate = bytes taken in two round trips / their time
 *     limit = 1.5 x the highest rate of late x (the round trip + what both ends take)
 */
import { windowFor } from './channel-window';

export interface ReadBudgetOptions {
  readonly mostBytes: number;
  /** The shortest time in which the server answers; undefined before it is known. */
  readonly roundTripMs: () => number | undefined;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

const leastBytes = 4 * 1024 * 1024;
const gain = 1.5;
/** Until a process has its turn on a busy machine. Without it the limit would fall wherever that takes half of a round trip. */
const bothEndsMs = 10;
/** A rate is that of two round trips, and of no less than this: bytes are taken in bursts. */
const leastPeriodMs = 100;
/** The highest rate of so many periods counts; and before there are so many, what a line is expected to bring. */
const periods = 8;

export class ReadBudget {
  #askedBytes = 0;
  /** Bytes per ms; of the latest periods. */
  #rates: number[] = [];
  #periodSinceMs: number | undefined;
  #takenBytes = 0;
  /** In this period more would have been asked for. */
  #isShort = false;

  constructor(private readonly options: ReadBudgetOptions) {}

  /** Asked for and not yet given back. */
  get askedBytes(): number {
    return this.#askedBytes;
  }

  /** Whether so many more may be asked for; `give` them back, or `giveUp`. */
  take(bytes: number): boolean {
    if (this.#askedBytes + bytes > this.#limitBytes) {
      this.#isShort = true;
      return false;
    }
    this.force(bytes);
    return true;
  }

  /** Takes even where nothing is left: every file may have one READ on its way, or none would ever end. */
  force(bytes: number): void {
    this.#askedBytes += bytes;
  }

  /** For what was asked and did not come. */
  giveUp(bytes: number): void {
    this.#askedBytes -= bytes;
  }

  /** For what came. */
  give(bytes: number): void {
    this.#askedBytes -= bytes;
    const now = this.options.now();
    // The first round trip brings nothing.
    if (this.#periodSinceMs === undefined) {
      this.#periodSinceMs = now;
      return;
    }
    this.#takenBytes += bytes;
    const durationMs = now - this.#periodSinceMs;
    if (durationMs >= Math.max(leastPeriodMs, 2 * this.#roundTripMs)) this.#endPeriod(now, durationMs);
  }

  get #roundTripMs(): number {
    return this.options.roundTripMs() ?? 0;
  }

  get #limitBytes(): number {
    const expectedBytes = this.#rates.length < periods ? windowFor(this.#roundTripMs) : leastBytes;
    const measuredBytes = gain * Math.max(0, ...this.#rates) * (this.#roundTripMs + bothEndsMs);
    return Math.min(this.options.mostBytes, Math.max(expectedBytes, measuredBytes));
  }

  /** Where nobody was held back, the line may bring more than was asked of it: only a higher rate tells something then. */
  #endPeriod(now: number, durationMs: number): void {
    const rate = this.#takenBytes / durationMs;
    if (this.#isShort || rate > Math.max(0, ...this.#rates)) this.#rates = [...this.#rates, rate].slice(-periods);
    this.#periodSinceMs = now;
    this.#takenBytes = 0;
    this.#isShort = false;
  }
}
