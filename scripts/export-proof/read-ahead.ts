/** Reads a stream some items ahead of who takes them. */
import { Condition } from '../../provision/core/condition';

export class ReadAhead<Item> {
  readonly #items: Item[] = [];
  readonly #changed = new Condition();
  #error: { readonly cause: unknown } | undefined;
  #isOver = false;
  #isStopped = false;

  /** @param most Items that are read and not yet taken. */
  constructor(
    source: AsyncIterable<Item>,
    private readonly most: number,
  ) {
    void this.#read(source);
  }

  /** Undefined at the end. Rejects with the stream's error, behind the items read before it. */
  async take(): Promise<Item | undefined> {
    while (this.#items.length === 0 && !this.#isOver) await this.#changed.next();
    const item = this.#items.shift();
    this.#changed.notify();
    if (item === undefined && this.#error !== undefined) throw this.#error.cause;
    return item;
  }

  stop(): void {
    this.#isStopped = true;
    this.#changed.notify();
  }

  async #read(source: AsyncIterable<Item>): Promise<void> {
    try {
      for await (const item of source) {
        this.#items.push(item);
        this.#changed.notify();
        while (this.#items.length >= this.most && !this.#isStopped) await this.#changed.next();
        if (this.#isStopped) break;
      }
    } catch (cause) {
      this.#error = { cause };
    } finally {
      this.#isOver = true;
      this.#changed.notify();
    }
  }
}
