import fc from 'fast-check';
import { boundedMap } from '../../../provision/pull/transfer/bounded-map';

async function* from<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const soon = (turns: number) =>
  new Promise<void>((resolve) => {
    const next = (left: number): void => void (left === 0 ? resolve() : setImmediate(() => next(left - 1)));
    next(turns);
  });

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('boundedMap', () => {
  test('a capacity that grows lets more in, although nothing that is under way ends', async () => {
    let capacity = 1;
    let grow: () => void = () => undefined;
    let end: () => void = () => undefined;
    const grown = new Promise<void>((resolve) => {
      grow = resolve;
    });
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const bounds = {
      capacity: () => capacity,
      grown: () => (capacity === 1 ? grown : new Promise<void>(() => undefined)),
      weigh: () => 1,
    };
    const work = async (name: string) => {
      if (name === 'long') {
        setImmediate(() => {
          capacity = 2;
          grow();
        });
        await ended;
      } else end();
      return name;
    };
    expect(await collect(boundedMap(from(['long', 'short']), bounds, work))).toEqual(['short', 'long']);
  });

  test('gives one result for each item and never goes over its capacity, but for one item alone', async () => {
    const tasks = fc.array(
      fc.record({ weight: fc.integer({ min: 1, max: 15 }), turns: fc.integer({ min: 0, max: 3 }) }),
    );
    await fc.assert(
      fc.asyncProperty(tasks, async (items) => {
        let load = 0;
        let running = 0;
        const bounds = { capacity: () => 10, weigh: ({ weight }: { weight: number }) => weight };
        const results = await collect(
          boundedMap(
            from(items.map((item, index) => ({ ...item, index }))),
            bounds,
            async ({ weight, turns, index }) => {
              load += weight;
              running += 1;
              expect(running === 1 || load <= 10).toBe(true);
              await soon(turns);
              load -= weight;
              running -= 1;
              return index;
            },
          ),
        );
        expect(results.sort((a, b) => a - b)).toEqual(items.map((_, index) => index));
      }),
      { numRuns: 30 },
    );
  });

  const one = { capacity: () => 3, weigh: () => 1 };

  test('an error of the work ends the stream once what was under way is done', async () => {
    const done: number[] = [];
    const results = boundedMap(from([0, 1, 2, 3, 4, 5, 6, 7]), one, async (item) => {
      if (item === 1) throw new Error('broken');
      await soon(2);
      done.push(item);
      return item;
    });
    await expect(collect(results)).rejects.toThrow('broken');
    expect(done).toContain(0);
    expect(done.length).toBeLessThan(4);
  });

  test('an error of the source comes after the results of what it gave', async () => {
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      throw new Error('no more');
    }
    const seen: number[] = [];
    const run = async () => {
      for await (const item of boundedMap(failing(), one, async (value) => value)) seen.push(item);
    };
    await expect(run()).rejects.toThrow('no more');
    expect(seen).toEqual([1]);
  });

  test('a consumer that leaves early closes the source', async () => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<number> {
      try {
        for (let value = 0; ; value += 1) yield value;
      } finally {
        isClosed = true;
      }
    }
    for await (const item of boundedMap(endless(), one, async (value) => value)) if (item > 5) break;
    expect(isClosed).toBe(true);
  });
});
