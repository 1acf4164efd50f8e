/**
 * One run of a pull job: LAUNCHING (lock, mount, connection) -> PREPARING (the first listing) -> TRANSFERRING -> VERIFYING -> SUCCESS
 * or ERROR. Stages are streams with bounds: walk and compare (`compare.ts`) -> transfer (`transfer.ts`) -> outcomes, counted and told.
 */
import * as fs from 'node:fs';
import { relative, sep } from 'node:path';
import { performance } from 'node:perf_hooks';
import { messageOf, SluiceError } from '../core/errors';
import type { Reporter } from '../core/reporter';
import { boundedMap } from './bounded-map';
import { type ClassifySettings, isDirectory } from './classify';
import { compareTrees, type Planned, sourcePathOf } from './compare';
import { type Environment, resolveAuthentication } from './credentials';
import { DirectoryWork } from './directory-work';
import { chooseDisk } from './disk';
import type { PullEvent } from './events';
import { FileWorkers } from './file-worker';
import { compileFilters, type Filters } from './filters';
import { allGuarantees, type Guarantees } from './guarantees';
import type { PullJob } from './job';
import { LocalDirectory } from './local-directory';
import { guardMount, type MountGuard } from './mount-guard';
import { failed, interrupted, type Outcome } from './outcomes';
import type { PullReport } from './report';
import { RunFiles } from './run-files';
import { currentBootId, takeRunLock } from './run-lock';
import { type Clock, RunProgress } from './run-progress';
import { connectSession } from './sftp/connect';
import { SftpStatusError } from './sftp/errors';
import { ReadBudget } from './sftp/read-budget';
import { SessionPool } from './sftp/session-pool';
import { makeStagingFolder, removeStagingIfEmpty, Staging } from './staging';
import { setMode, type TransferOptions, transferFile } from './transfer';
import { comparePointInTime } from './verify';

export interface RunOptions {
  readonly reporter: Reporter<PullEvent>;
  /** Stops the run cleanly: nothing half-written is published, and the next run goes on with what was received. */
  readonly signal: AbortSignal;
  readonly env: Environment;
  readonly clock: Clock;
  /** Longest wait for the server's answer to one request. Default 60 s. */
  readonly requestTimeoutMs?: number;
  /** For the benchmark, to show what each costs. Default: all. */
  readonly guarantees?: Guarantees;
}

const defaultRequestTimeoutMs = 60_000;
const progressIntervalMs = 1000;
/** Threads for large files: one writes and hashes about what one thread can receive, a second one while the first verifies. */
const mostFileWorkers = 2;

/** Bytes asked for and not yet written, over all connections. */
const readBudgetBytes = 64 * 1024 * 1024;
/**
 * A file takes three round trips, OPEN, READ and LSTAT, and brings bytes in one of them: so many windows of files are under way. Having it
 * open costs as much as some bytes do.
 */
const windowsUnderWay = 3;
const fileOverheadBytes = 64 * 1024;
const mostFileWeightBytes = 8 * 1024 * 1024;

/**
 * Runs the job to its end. Resolves with the report (also in report.json) whatever happened to single entries or to the connection.
 * Rejects only where no run took place: the mount is missing, another run holds the lock, a filter cannot be used.
 */
export async function runPull(job: PullJob, options: RunOptions): Promise<PullReport> {
  const filters = compileFilters(job.options.includes, job.options.excludes);
  const mountGuard = await guardMount(job.destination);
  try {
    return await runLocked(job, { options, filters, mountGuard });
  } finally {
    mountGuard.stop();
  }
}

interface Execution {
  readonly options: RunOptions;
  readonly filters: Filters;
  readonly mountGuard: MountGuard;
}

async function runLocked(job: PullJob, execution: Execution): Promise<PullReport> {
  makeStagingFolder(job.destination.stagingPath);
  const lock = takeRunLock(job.destination.stagingPath, currentBootId());
  try {
    return await runAndReport(job, execution);
  } finally {
    lock.release();
    removeStagingIfEmpty(job.destination.stagingPath);
  }
}

async function runAndReport(job: PullJob, execution: Execution): Promise<PullReport> {
  const { clock, signal, reporter } = execution.options;
  const progress = new RunProgress(RunFiles.create(job.stateDirectory, new Date(clock.now())), reporter, clock);
  const ticker = setInterval(() => progress.tell(), progressIntervalMs);
  let error: SluiceError | undefined;
  try {
    await execute(job, execution, progress);
  } catch (cause) {
    error = signal.aborted ? interrupted() : runError(cause);
    const { code, message, hint } = error;
    progress.emit({ type: 'error', code, message, ...(hint === undefined ? {} : { hint }) });
  } finally {
    clearInterval(ticker);
  }
  return progress.finish(job, error);
}

async function execute(job: PullJob, execution: Execution, progress: RunProgress): Promise<void> {
  const { options, filters, mountGuard } = execution;
  const { signal, guarantees = allGuarantees } = options;
  progress.enter('LAUNCHING');
  const pool = await openPool(job, options, progress);
  const stop = () => pool.close();
  signal.addEventListener('abort', stop);
  const registry = new Set<DirectoryWork>();
  const workers = new FileWorkers(mostFileWorkers);
  let root: LocalDirectory | undefined;
  try {
    if (signal.aborted) throw interrupted();
    progress.enter('PREPARING');
    await checkSourceRoot(pool, job.source.path);
    fs.mkdirSync(job.destination.path, { recursive: true });
    const measured = chooseDisk(job.destination.stagingPath, () => performance.now());
    const disk = guarantees.fsync ? measured : { ...measured, sync: () => Promise.resolve() };
    const staging = Staging.open({
      path: job.destination.stagingPath,
      disk,
      bootId: currentBootId(),
      workers,
      hash: guarantees.hash,
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
  }
}

async function openPool(job: PullJob, options: RunOptions, progress: RunProgress): Promise<SessionPool> {
  const authentication = await resolveAuthentication(job.source.credentials, options.env);
  const sessionOptions = {
    requestTimeoutMs: options.requestTimeoutMs ?? defaultRequestTimeoutMs,
    now: () => performance.now(),
  };
  const pool = new SessionPool({
    connect: () => connectSession(job.source, authentication, sessionOptions),
    maxConnections: job.source.connections,
    sleep: (durationMs) => sleep(durationMs, options.signal),
    onChange: ({ kind, ...change }) => progress.emit({ type: 'connections', change: kind, ...change }),
  });
  await pool.start();
  return pool;
}

async function checkSourceRoot(pool: SessionPool, path: string): Promise<void> {
  const attrs = await pool
    .use((session) => session.stat(path))
    .catch((error: unknown) => {
      if (!(error instanceof SftpStatusError)) throw error;
      throw new SluiceError(`the source path ${path} cannot be opened: ${error.message}`, {
        code: 'SOURCE_PATH_MISSING',
        kind: 'config',
        hint: 'Give a directory that this user can see on the server; paths start at the root the server shows.',
        cause: error,
      });
    });
  if (attrs.mode === undefined || isDirectory(attrs)) return;
  throw new SluiceError(`the source path ${path} is not a directory`, {
    code: 'SOURCE_PATH_NOT_A_DIRECTORY',
    kind: 'config',
    hint: 'Give the directory it lies in, and an include for the one file.',
  });
}

function checkSameFileSystem({ path, stagingPath }: PullJob['destination']): void {
  if (fs.statSync(path).dev === fs.statSync(stagingPath).dev) return;
  throw new SluiceError(`the staging folder ${stagingPath} lies on another file system than ${path}`, {
    code: 'STAGING_ELSEWHERE',
    kind: 'config',
    hint: 'Put it on the same one: finished files are moved into place by a rename.',
  });
}

async function* transferAll(
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
      return Math.max(weight, capacity() / pool.openHandles);
    },
  };
  const outcomes = boundedMap(planned, bounds, async (item): Promise<readonly Outcome[]> => {
    switch (item.kind) {
      case 'outcome':
        return [item.outcome];
      case 'listed':
        return release(item.directory);
      case 'set-mode':
        progress.tally.listed(item.task.file.sizeBytes);
        return [await setMode(item.task, item.mode, disk), ...(await release(item.directory))];
      case 'transfer':
        progress.tally.listed(item.file.sizeBytes);
        return [await transferFile(item, transfer), ...(await release(item.directory))];
    }
  });
  for await (const some of outcomes) yield* some;
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

/** Where the staging folder lies in the destination's root, no entry of the source may have its name. */
function reservedNames({ path, stagingPath }: PullJob['destination']): readonly string[] {
  const below = relative(path, stagingPath);
  return below === '' || below.startsWith('..') ? [] : [below.split(sep)[0] ?? below];
}

function runError(cause: unknown): SluiceError {
  if (cause instanceof SluiceError) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  const hint = code === undefined ? undefined : localHints[code];
  return new SluiceError(messageOf(cause), {
    code: code ?? 'UNEXPECTED',
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}

const localHints: Readonly<Record<string, string>> = {
  ENOSPC: 'The destination is full: make room or grow it, then run again; it goes on where it stopped.',
  EDQUOT: 'The quota at the destination is used up: raise it, then run again; it goes on where it stopped.',
  EROFS: 'The destination is read-only: mount it for writing, then run again.',
  EACCES: 'Let this user write to the destination and to the staging folder.',
};

function sleep(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(interrupted());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, durationMs);
    signal.addEventListener('abort', stop, { once: true });
  });
}
