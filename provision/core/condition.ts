/**
 * A condition variable: those who wait look again after each `notify` whether what they wait for is so.
 *
 *     while (!isSo()) await changed.next();
 */
export class Condition {
  #next: Promise<void> | undefined;
  #resolve: () => void = () => undefined;

  /** Resolves with the next `notify`. */
  next(): Promise<void> {
    this.#next ??= new Promise((resolve) => {
      this.#resolve = resolve;
    });
    return this.#next;
  }

  notify(): void {
    this.#next = undefined;
    this.#resolve();
  }
}
