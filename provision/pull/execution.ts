/**
 * The work of one run, its lock held: connection and first listing, walk and compare (`compare.ts`) -> transfer (`transfer-all.ts`) ->
 * verify (`verify.ts`). Stages are streams with bounds; outcomes are counted and told as they come.
 */
import { performance } from 'node:perf_hooks';
import type { ClassifySettings } from './classify';
import { compareTrees, sourcePathOf } from './compare';
import { DirectoryWork } from './directory-work';
import { chooseDisk } from './disk';
import { FileWorkers } from './file-worker';
import type { Filters } from './filters';
import { allGuarantees } from './guarantees';
import type { PullJob } from './job';
import { checkSameFileSystem, checkSourceRoot, openPool, reservedNames } from './launch';
import { LocalDirectory, makeDurableDirectory } from './local-directory';
import type { MountGuard } from './mount-guard';
import { interrupted } from './outcomes';
import { currentBootId } from './run-lock';
import type { RunOptions } from './run-options';
import type { RunProgress } from './run-progress';
import { ReadBudget } from './sftp/read-budget';
import { Staging } from './staging';
import { readBudgetBytes, transferAll } from './transfer-all';
import type { TransferOptions } from './transfer-options';
import { comparePointInTime } from './verify';

/** Threads for large files: one writes and hashes about what one thread can receive, a second one while the first verifies. */
const mostFileWorkers = 2;

export interface Execution {
  readonly options: RunOptions;
  readonly filters: Filters;
  readonly mountGuard: MountGuard;
}

export async function execute(job: PullJob, execution: Execution, progress: RunProgress): Promise<void> {
  const { options, filters, mountGuard } = execution;
  const { signal, guarantees = allGuarantees } = options;
  progress.enter('LAUNCHING');
  const pool = await openPool(job, options, progress);
  const stop = () => pool.close();
  signal.addEventListener('abort', stop);
  const registry = new Set<DirectoryWork>();
  const workers = new FileWorkers(mostFileWorkers);
  let staging: Staging | undefined;
  let root: LocalDirectory | undefined;
  try {
    if (signal.aborted) throw interrupted();
    progress.enter('PREPARING');
    await checkSourceRoot(pool, job.source.path);
    makeDurableDirectory(job.destination.path);
    const measured = chooseDisk(job.destination.stagingPath, () => performance.now());
    const synced = guarantees.fsync ? measured : { ...measured, sync: () => Promise.resolve() };
    const disk = options.decorateDisk?.(synced) ?? synced;
    staging = await Staging.open({
      path: job.destination.stagingPath,
      disk,
      bootId: currentBootId(),
      workers,
      hash: guarantees.hash,
      ...(options.recordEveryBytes === undefined ? {} : { recordEveryBytes: options.recordEveryBytes }),
    });
    root = await LocalDirectory.openRoot(disk, job.destination.path);
    checkSameFileSystem(job.destination);
    const classify: ClassifySettings = {
      filters,
      keyPrefix: job.destination.keyPrefix,
      lstat: (path) => pool.use((session) => session.lstat(sourcePathOf(job.source.path, path))),
      reservedRootNames: reservedNames(job.destination),
    };
    const transfer: TransferOptions = {
      pool,
      budget: new ReadBudget(readBudgetBytes),
      staging,
      disk,
      sourcePath: job.source.path,
      verify: guarantees.verify && job.options.verifyMode !== 'NONE',
      secondStat: guarantees.secondStat,
      signal,
      onBytes: (count) => progress.tally.received(count),
      checkMount: mountGuard.check,
    };
    const trees = { pool, disk, root, sourcePath: job.source.path, classify, signal };
    const planned = compareTrees({ ...trees, settings: job.options, registry });
    for await (const outcome of transferAll(planned, transfer, progress)) progress.record(outcome);
    progress.enter('VERIFYING');
    if (job.options.verifyMode === 'POINT_IN_TIME_CONSISTENT') {
      for await (const outcome of comparePointInTime(trees)) progress.record(outcome);
    }
    await staging.removeLeftovers();
  } finally {
    signal.removeEventListener('abort', stop);
    pool.close();
    await workers.close();
    await DirectoryWork.closeAll(registry);
    await root?.close();
    await staging?.close();
  }
}
