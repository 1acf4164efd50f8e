/** Two sorted streams, joined by their keys: what one side has, what the other has, what both have. Holds one batch of each. */
import { SluiceError } from '../../provision/core/errors';
import { compareKeys } from '../../provision/core/key-order';

export interface Pair<Left, Right> {
  readonly key: string;
  readonly left?: Left;
  readonly right?: Right;
}

interface Side<Item> {
  /** Sorted by key, each key once. */
  readonly batches: AsyncIterable<readonly Item[]>;
  readonly keyOf: (item: Item) => string;
  /** For the message about a stream that is not sorted. */
  readonly name: string;
}

const pairsPerBatch = 1000;

/** Pairs in the order of their keys, in batches. @throws SluiceError ORDER_LOST where a side is not sorted: nothing could be said then. */
export async function* mergeByKey<Left, Right>(
  left: Side<Left>,
  right: Side<Right>,
): AsyncGenerator<readonly Pair<Left, Right>[]> {
  const lefts = new Cursor(left);
  const rights = new Cursor(right);
  let pairs: Pair<Left, Right>[] = [];
  try {
    for (;;) {
      if (lefts.isDrained) await lefts.fill();
      if (rights.isDrained) await rights.fill();
      const order = orderOf(lefts.key, rights.key);
      if (order === undefined) break;
      pairs.push({
        key: (order <= 0 ? lefts.key : rights.key) as string,
        ...(order <= 0 ? { left: lefts.take() } : {}),
        ...(order >= 0 ? { right: rights.take() } : {}),
      });
      if (pairs.length < pairsPerBatch) continue;
      yield pairs;
      pairs = [];
    }
    if (pairs.length > 0) yield pairs;
  } finally {
    await Promise.all([lefts.close(), rights.close()]);
  }
}

/** Below 0: the left one comes first. Undefined where neither has more. */
function orderOf(left: string | undefined, right: string | undefined): number | undefined {
  if (left === undefined) return right === undefined ? undefined : 1;
  return right === undefined ? -1 : compareKeys(left, right);
}

class Cursor<Item> {
  /** Of the next item; undefined at the end, and while drained. */
  key: string | undefined;
  #batch: readonly Item[] = [];
  #next = 0;
  #isOver = false;
  readonly #batches: AsyncIterator<readonly Item[]>;

  constructor(private readonly side: Side<Item>) {
    this.#batches = side.batches[Symbol.asyncIterator]();
  }

  /** `fill` has to be called before `key` says anything. */
  get isDrained(): boolean {
    return !this.#isOver && this.#next >= this.#batch.length;
  }

  async fill(): Promise<void> {
    const last = this.#batch.at(-1);
    do {
      const { value, done } = await this.#batches.next();
      this.#isOver = done === true;
      this.#batch = done === true ? [] : value;
    } while (!this.#isOver && this.#batch.length === 0);
    this.#next = 0;
    this.#show(last === undefined ? undefined : this.side.keyOf(last));
  }

  take(): Item {
    const item = this.#batch[this.#next] as Item;
    this.#next += 1;
    this.#show(this.side.keyOf(item));
    return item;
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }

  #show(previous: string | undefined): void {
    const item = this.#batch[this.#next];
    this.key = item === undefined ? undefined : this.side.keyOf(item);
    if (this.key === undefined || previous === undefined || compareKeys(previous, this.key) < 0) return;
    throw new SluiceError(`${this.side.name} does not come in the order of keys: ${previous}, then ${this.key}`, {
      code: 'ORDER_LOST',
      hint: 'this is a fault of sluice or of what answered: nothing was proven',
    });
  }
}
