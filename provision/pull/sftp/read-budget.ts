/** Bytes asked for and not yet taken, over all connections: what a run holds in memory at most when the disk falls behind the network. */
export class ReadBudget {
  #left: number;

  constructor(limitBytes: number) {
    this.#left = limitBytes;
  }

  /** Whether so many more may be asked for; `give` them back. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  /** Takes even where nothing is left: every file may have one READ on its way, or none would ever end. */
  force(bytes: number): void {
    this.#left -= bytes;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }
}
