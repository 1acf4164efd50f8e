/** How many files are under way at one time. */
import type { DirectoryWork } from '../../../provision/pull/destination/directory-work';
import type { RunProgress } from '../../../provision/pull/record/run-progress';
import { Tally } from '../../../provision/pull/record/tally';
import type { FileTask, Planned } from '../../../provision/pull/transfer/compare';
import { transferAll } from '../../../provision/pull/transfer/transfer-all';
import type { TransferOptions } from '../../../provision/pull/transfer/transfer-options';

test('a moment without any connection does not leave one file at a time for the rest of the run', async () => {
  const pool = { windowBytes: 0, openHandles: 0, nextOpened: () => new Promise<void>(() => undefined) };
  let underWay = 0;
  let mostUnderWay = 0;
  const part = async () => {
    underWay += 1;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    await new Promise((resolve) => setTimeout(resolve, 5));
    underWay -= 1;
    throw new Error('no matter');
  };
  const signal = new AbortController().signal;
  const settle = { settleTimeSeconds: 0 };
  const listedTimes = { areExact: true };
  const transfer = { pool, staging: { part }, settle, listedTimes, signal, now: () => 0 } as unknown as TransferOptions;
  const progress = { enter: () => undefined, tally: new Tally() } as unknown as RunProgress;
  const directory = { release: async () => undefined } as unknown as DirectoryWork;
  async function* planned(): AsyncGenerator<Planned> {
    for (let index = 0; index < 20; index += 1) {
      yield { kind: 'transfer', directory, path: `${index}`, file: { sizeBytes: 1, mtimeSeconds: 1 } } as FileTask;
      Object.assign(pool, { windowBytes: 4 * 1024 * 1024, openHandles: 64 });
    }
  }
  const outcomes = [];
  for await (const outcome of transferAll(planned(), transfer, progress)) outcomes.push(outcome);
  expect(outcomes).toHaveLength(20);
  expect(mostUnderWay).toBeGreaterThan(10);
});
