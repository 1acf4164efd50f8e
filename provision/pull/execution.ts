/**
 * The work of one run, its lock held: connection, walk and compare (`compare.ts`) -> select (`selection.ts`) -> transfer
 * (`transfer-all.ts`) -> remove (`removal.ts`) -> verify (`verify.ts`). Stages are streams with bounds; outcomes are counted and told as they come.
 */
import { performance } from 'node:perf_hooks';
import { DirectoryWork } from './destination/directory-work';
import { chooseDisk, type Disk } from './destination/disk';
import { FoldedNames } from './destination/folded-names';
import { LocalDirectory, makeDurableDirectory } from './destination/local-directory';
import type { MountGuard } from './destination/mount-guard';
import type { Guarantees } from './guarantees';
import type { PullJob } from './job/job';
import { checkSameFileSystem, checkSourceRoot, openPool } from './launch';
import { interrupted } from './record/outcomes';
import type { RunProgress } from './record/run-progress';
import { Removals } from './removal/removals';
import { currentBootId } from './run-lock';
import type { RunOptions } from './run-options';
import { ReadBudget } from './sftp/read-budget';
import type { SessionPool } from './sftp/session-pool';
import type { Filters } from './source/filters';
import { NameSet } from './source/name-set';
import { selectTransfers } from './source/selection';
import { planSettings, selectionOptions, sourceView } from './stage-settings';
import { LargeFiles } from './staging/large-files';
import type { PartSetting } from './staging/part';
import { SmallFiles } from './staging/small-files';
import { Staging } from './staging/staging';
import { type BegunWalk, beginWalk, compareTrees } from './transfer/compare';
import { readBudgetBytes, transferAll } from './transfer/transfer-all';
import type { TransferOptions } from './transfer/transfer-options';
import { comparePointInTime } from './transfer/verify';

/** Threads for large files: one writes and hashes about what one thread can receive, a second one while the first verifies. */
const mostLargeFileThreads = 2;
/** Threads for small files, where the file system makes them wait. */
const mostSmallFileThreads = 8;

export interface Execution {
  readonly options: RunOptions;
  readonly guarantees: Guarantees;
  readonly filters: Filters;
  readonly mountGuard: MountGuard;
  /** Aborted when the run has to stop: from outside, or because its time is over. */
  readonly signal: AbortSignal;
}

export async function execute(job: PullJob, execution: Execution, progress: RunProgress): Promise<void> {
  const { guarantees } = execution;
  const { hash, fsync: sync } = guarantees;
  const verify = guarantees.verify && job.options.verifyMode !== 'NONE';
  const beforeMove = () => progress.flushDigests();
  const readOnce = job.source.access === 'READ_ONCE';
  const largeFiles = new LargeFiles(mostLargeFileThreads);
  // A disk that stands for another one is to be asked about everything.
  const smallFiles =
    execution.options.decorateDisk === undefined
      ? new SmallFiles({ mostThreads: mostSmallFileThreads, hash, sync, verify, beforeRename: beforeMove })
      : undefined;
  try {
    await executeWith({ largeFiles, smallFiles, hash, verify, readOnce, beforeMove }, job, execution, progress);
  } finally {
    await largeFiles.close();
    await smallFiles?.close();
  }
}

async function executeWith(
  setting: Omit<PartSetting, 'path' | 'disk'>,
  job: PullJob,
  execution: Execution,
  progress: RunProgress,
): Promise<void> {
  const { options, guarantees, signal } = execution;
  progress.enter('LAUNCHING');
  const opening = openPool(job, {
    ...options,
    signal,
    onChange: ({ kind, ...change }) => progress.emit({ type: 'connections', change: kind, ...change }),
  });
  setting.smallFiles?.start();
  const pool = await opening;
  const stop = () => pool.close();
  signal.addEventListener('abort', stop);
  const registry = new Set<DirectoryWork>();
  let staging: Staging | undefined;
  let root: LocalDirectory | undefined;
  try {
    if (signal.aborted) throw interrupted();
    progress.enter('PREPARING');
    // In the round trip of the look at it.
    const walk = beginWalk(pool, job.source.path);
    await checkSourceRoot(pool, job.source.path);
    makeDurableDirectory(job.destination.path);
    const measured = chooseDisk(job.destination.stagingPath, () => performance.now());
    const synced = guarantees.fsync ? measured : { ...measured, sync: () => Promise.resolve() };
    const disk = options.decorateDisk?.(synced) ?? synced;
    staging = await Staging.open({
      path: job.destination.stagingPath,
      disk,
      bootId: currentBootId(),
      ...setting,
      recordEveryBytes: options.recordEveryBytes,
    });
    root = await LocalDirectory.openRoot(disk, job.destination.path);
    checkSameFileSystem(job.destination);
    await runStages(job, execution, { pool, walk, disk, staging, root, registry, progress, setting });
  } finally {
    signal.removeEventListener('abort', stop);
    pool.close();
    await DirectoryWork.closeAll(registry);
    await root?.close();
    if (staging !== undefined) progress.unfinished = staging.unfinished();
    await staging?.close();
  }
}

interface Opened {
  readonly pool: SessionPool;
  readonly walk: BegunWalk;
  readonly disk: Disk;
  readonly staging: Staging;
  readonly root: LocalDirectory;
  readonly registry: Set<DirectoryWork>;
  readonly progress: RunProgress;
  readonly setting: Pick<PartSetting, 'verify' | 'readOnce'>;
}

async function runStages(job: PullJob, execution: Execution, opened: Opened): Promise<void> {
  const { options, filters, mountGuard, signal } = execution;
  const { pool, walk, disk, staging, root, registry, progress } = opened;
  const view = await sourceView(job, { filters, pool });
  const sides = { ...view, disk, root, settings: planSettings(job), signal };
  const foldedNames = await FoldedNames.on(disk, [job.destination.stagingPath]);
  const removals =
    job.options.preserveDeletedFiles === 'REMOVE'
      ? new Removals(job, { ...view, root, foldedNames, progress })
      : undefined;
  const comparesAtEnd = job.options.verifyMode === 'POINT_IN_TIME_CONSISTENT';
  let sawAll = true;
  const planned = compareTrees({
    ...sides,
    foldedNames,
    walk,
    registry,
    isDryRun: false,
    removal: removals?.plan,
    onUnseen: () => {
      sawAll = false;
    },
  });
  const selection = selectionOptions(job, options.clock);
  const selected = selectTransfers(planned, selection);
  const transfer = transferOptions(job, execution, { ...opened, settle: selection });
  try {
    const untouched = new NameSet();
    for await (const outcome of transferAll(selected, transfer, progress)) {
      progress.record(outcome);
      if (comparesAtEnd && (outcome.kind === 'left' || outcome.kind === 'skipped')) untouched.add(outcome.path);
    }
    await root.checkIsInPlace();
    const isPartial = progress.tally.left(false) !== undefined;
    if (removals !== undefined) {
      const options = { root, disk, pool, signal, checkMount: mountGuard.check };
      for await (const outcome of removals.remove(isPartial, options)) progress.record(outcome);
    }
    if (sawAll) progress.unmatchedIncludes = filters.unmatchedIncludes();
    progress.enter('VERIFYING');
    if (comparesAtEnd)
      for await (const outcome of comparePointInTime({ ...sides, untouched })) progress.record(outcome);
    // A part of a file that was left, could not be seen this time, or that a server gives only once, is worth keeping.
    if (sawAll && !isPartial && !transfer.readOnce) await staging.removeLeftovers();
  } finally {
    removals?.close();
  }
}

function transferOptions(
  job: PullJob,
  { guarantees, mountGuard, signal }: Execution,
  { pool, disk, staging, root, progress, setting, settle }: Opened & Pick<TransferOptions, 'settle'>,
): TransferOptions {
  return {
    pool,
    budget: new ReadBudget({
      mostBytes: readBudgetBytes,
      roundTripMs: () => pool.roundTripMs,
      now: () => performance.now(),
    }),
    staging,
    disk,
    sourcePath: job.source.path,
    metadata: job.options,
    sourceAfterTransfer: job.options.sourceAfterTransfer,
    moveTo: job.options.moveTo,
    sequential: job.source.access !== 'PARALLEL',
    readOnce: setting.readOnce,
    settle,
    listedTimes: { areExact: true },
    verify: setting.verify,
    secondStat: guarantees.secondStat,
    signal,
    now: () => performance.now(),
    onBytes: (count) => progress.tally.received(count),
    onDigest: (path, sha256) => progress.recordDigest(path, sha256),
    onRetry: () => progress.tally.retried(),
    checkMount: mountGuard.check,
    checkPlaces: async () => {
      await root.checkIsInPlace();
      await staging.checkIsInPlace();
    },
  };
}
