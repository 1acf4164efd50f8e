/** The transfer stage: what was planned is done, several entries at a time, bounded by what the connections can carry. */

import type { DirectoryWork } from '../destination/directory-work';
import { failed, type Outcome } from '../record/outcomes';
import type { RunProgress } from '../record/run-progress';
import type { Tally } from '../record/tally';
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
const fileOverheadBytes = 48 * 1024;
const mostFileWeightBytes = 8 * 1024 * 1024;

/** Outcomes as they come, in any order. */
export async function* transferAll(
  planned: AsyncIterable<Planned>,
  transfer: TransferOptions,
  progress: RunProgress,
): AsyncGenerator<Outcome> {
  const { pool } = transfer;
  const capacity = () => windowsUnderWay * Math.min(pool.windowBytes, readBudgetBytes);
  const bounds = {
    capacity,
    grown: () => pool.nextOpened(),
    weigh: (item: Planned) => {
      progress.enter('TRANSFERRING');
      if (item.kind !== 'transfer') return 1;
      const weight = Math.min(item.file.sizeBytes + fileOverheadBytes, mostFileWeightBytes);
      // Between two connections there is neither.
      return Math.max(weight, capacity() / Math.max(1, pool.openHandles));
    },
  };
  const listed = followed(planned, () => progress.tally.allListed());
  for await (const outcomes of boundedMap(listed, bounds, (item) => carryOut(item, transfer, progress.tally)))
    yield* outcomes;
}

/** Does what was planned, and releases the directory that came with it. */
async function carryOut(item: Planned, transfer: TransferOptions, tally: Tally): Promise<readonly Outcome[]> {
  let outcomes: readonly Outcome[] = [];
  switch (item.kind) {
    case 'outcome':
      if (item.outcome.kind === 'left') tally.listed(item.outcome.sizeBytes);
      outcomes = [item.outcome];
      break;
    case 'set-access':
      outcomes = await counted(item.file, tally, async () => [await setAccess(item, transfer.disk)]);
      break;
    case 'link':
      outcomes = [await makeLink(item, transfer)];
      break;
    case 'transfer':
      outcomes = await counted(item.file, tally, () => transferFile(item, transfer));
      break;
    case 'listed':
      break;
  }
  return item.directory === undefined ? outcomes : [...outcomes, ...(await release(item.directory))];
}

/** The same items; told when there are no more. */
async function* followed<T>(items: AsyncIterable<T>, onEnd: () => void): AsyncGenerator<T> {
  yield* items;
  onEnd();
}

/** Counts a file that is worked on. Where the run is stopped under it, it has no outcome and is left. */
async function counted(
  { sizeBytes }: SourceFile,
  tally: Tally,
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
    return [failed(directory.path, error)];
  }
}
