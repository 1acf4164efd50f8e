/**
 * Runs work on items of a stream, several at a time, and yields results as they come, in any order. What is in flight is bounded
 * by weight, not only by number: ten thousand small files and one huge one cost alike. Results not yet taken count too, so a slow
 * consumer slows the work.
 */
import { Condition } from '../../core/condition';
import { isOfStop } from '../record/outcomes';

export interface Bounds<Item> {
  /** Total weight in flight; asked each time, because it may change. */
  readonly capacity: () => number;
  /** Resolves when the capacity has grown: nothing that is under way may end for hours. */
  readonly grown?: () => Promise<void>;
  readonly weigh: (item: Item) => number;
}

/**
 * The first error of the source or of `work` ends the stream; work under way is waited for, and no new work begins. Thrown is the first that is a fault:
 * work that was stopped says so before work that fails over it.
 */
export async function* boundedMap<Item, Result>(
  items: AsyncIterable<Item>,
  bounds: Bounds<Item>,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const results: Result[] = [];
  const errors: unknown[] = [];
  const changed = new Condition();
  let running = 0;
  let load = 0;
  let isExhausted = false;
  let isStopped = false;
  const isOver = () => isExhausted && running === 0;
  const isEnding = () => isStopped || errors.length > 0;
  const hasRoom = (weight: number) => running === 0 || (load + weight <= bounds.capacity() && results.length < 1000);

  const run = async (item: Item, weight: number): Promise<void> => {
    running += 1;
    load += weight;
    try {
      results.push(await work(item));
    } catch (error) {
      errors.push(error);
    } finally {
      running -= 1;
      load -= weight;
      changed.notify();
    }
  };
  const feed = async (): Promise<void> => {
    try {
      for await (const item of items) {
        const weight = bounds.weigh(item);
        while (!hasRoom(weight) && !isEnding()) await changed.next();
        if (isEnding()) break;
        void run(item, weight);
      }
    } catch (error) {
      errors.push(error);
    } finally {
      isExhausted = true;
      changed.notify();
    }
  };

  const followGrowth = async (grown: () => Promise<void>): Promise<void> => {
    while (!isOver()) {
      await grown();
      changed.notify();
    }
  };

  void feed();
  if (bounds.grown !== undefined) void followGrowth(bounds.grown);
  try {
    for (;;) {
      while (results.length === 0 && !isOver()) await changed.next();
      if (results.length === 0) break;
      yield results.shift() as Result;
      changed.notify();
    }
  } finally {
    isStopped = true;
    changed.notify();
    while (!isOver()) await changed.next();
  }
  if (errors.length > 0) throw errors.find((error) => !isOfStop(error)) ?? errors[0];
}
