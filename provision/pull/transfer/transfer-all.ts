/** The transfer stage: what was planned is done, several entries at a time, bounded by what the connections can carry. */

import type { DirectoryWork } from '../destination/directory-work';
import { failed, type Outcome } from '../record/outcomes';
import type { RunProgress } from '../record/run-progress';
import { boundedMap } from './bounded-map';
import type { Planned } from './compare';
import type { SourceFile } from './plan';
import { makeLink, setAccess } from './touch-up';
import { transferFile } from './transfer';
import type { TransferOptions } from './transfer-options';

/** Most bytes asked for and not yet written, over all connections: what one thread takes in 100 ms. */
export const readBudgetBytes = 40 * 1024 * 1024;
/**
 * A file takes three round trips, OPEN, READ and LSTAT, and brings bytes in one of them: so many windows of files are under way. Having it
 * open costs as much as some bytes do.
 */
const windowsUnderWay = 3;
const fileOverheadBytes = 64 * 1024;
const mostFileWeightBytes = 8 * 1024 * 1024;

/** Outcomes as they come, in any order. */
export async function* transferAll(
  planned: AsyncIterable<Planned>,
  transfer: TransferOptions,
  progress: RunProgress,
): AsyncGenerator<Outcome> {
  const { pool, disk } = transfer;
  const capacity = () => windowsUnderWay * Math.min(pool.windowBytes, readBudgetBytes);
  const bounds = {
    capacity,
    weigh: (item: Planned) => {
      progress.enter('TRANSFERRING');
      if (item.kind !== 'transfer') return 1;
      const weight = Math.min(item.file.sizeBytes + fileOverheadBytes, mostFileWeightBytes);
      // Between two connections there is neither.
      return Math.max(weight, capacity() / Math.max(1, pool.openHandles));
    },
  };
  const outcomes = boundedMap(
    followed(planned, () => progress.tally.allListed()),
    bounds,
    async (item): Promise<readonly Outcome[]> => {
      switch (item.kind) {
        case 'outcome': {
          const { outcome, directory } = item;
          if (outcome.kind === 'left') progress.tally.listed(outcome.sizeBytes);
          return directory === undefined ? [outcome] : [outcome, ...(await release(directory))];
        }
        case 'listed':
          return release(item.directory);
        case 'set-access':
          return counted(item.task.file, progress, async () => [
            await setAccess(item.task, item.access, disk),
            ...(await release(item.directory)),
          ]);
        case 'link':
          return [await makeLink(item, transfer), ...(await release(item.directory))];
        case 'transfer':
          return counted(item.file, progress, async () => [
            ...(await transferFile(item, transfer)),
            ...(await release(item.directory)),
          ]);
      }
    },
  );
  for await (const some of outcomes) yield* some;
}

/** The same items; told when there are no more. */
async function* followed<T>(items: AsyncIterable<T>, onEnd: () => void): AsyncGenerator<T> {
  yield* items;
  onEnd();
}

/** Counts a file that is worked on. Where the run is stopped under it, it has no outcome and is left. */
async function counted(
  { sizeBytes }: SourceFile,
  { tally }: RunProgress,
  work: () => Promise<readonly Outcome[]>,
): Promise<readonly Outcome[]> {
  tally.listed(sizeBytes);
  const outcomes = await work();
  tally.settled(sizeBytes);
  return outcomes;
}

/** A directory that cannot be given its mode and time is a failed entry of its own. */
async function release(directory: DirectoryWork): Promise<readonly Outcome[]> {
  try {
    await directory.release();
    return [];
  } catch (error) {
    return [failed(directory.path === '' ? '.' : directory.path, error)];
  }
}
