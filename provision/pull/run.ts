/**
 * One run of a pull job. States, in the words of a DataSync task execution (docs/runs.md):
 *
 *     QUEUED -> LAUNCHING (credentials, connection) -> PREPARING (the first listing) -> TRANSFERRING -> VERIFYING -> SUCCESS | ERROR
 *                                   stopped from outside: CANCELLING -> ERROR
 *
 * What is done in between is in `execution.ts`.
 */
import { performance } from 'node:perf_hooks';
import type { SluiceError } from '../core/errors';
import { localFailure } from './destination/local-failure';
import { guardMount } from './destination/mount-guard';
import { type Execution, execute } from './execution';
import { allGuarantees } from './guarantees';
import { checkSettings } from './job/check-settings';
import type { PullJob } from './job/job';
import { reservedNames } from './launch';
import { interrupted, isOfStop } from './record/outcomes';
import type { PullReport } from './record/report';
import { RunFiles } from './record/run-files';
import { RunProgress } from './record/run-progress';
import { currentBootId, type RunLock, refuseRunAbove, takeRunLock } from './run-lock';
import type { RunOptions } from './run-options';
import { compileFilters } from './source/filters';
import { stopAt } from './source/stop-at';
import { makeStagingFolder, removeStagingIfEmpty } from './staging/staging';

const progressIntervalMs = 1000;

/**
 * Runs the job to its end. Resolves with the report (also in report.json) whatever happened to single entries or to the connection.
 * Rejects only where no run took place (the mount is missing, another run holds the lock, a setting cannot be used), or where the state folder
 * cannot be written: at the start, or not even with the report.
 */
export async function runPull(job: PullJob, options: RunOptions): Promise<PullReport> {
  checkSettings(job);
  const filters = compileFilters(job.options.includes, job.options.excludes);
  const mountGuard = await guardMount(job.destination);
  try {
    const { guarantees = allGuarantees, signal } = options;
    return await runLocked(job, { options, guarantees, filters, mountGuard, signal });
  } finally {
    mountGuard.stop();
  }
}

async function runLocked(job: PullJob, execution: Execution): Promise<PullReport> {
  const lock = takeLock(job.destination.stagingPath);
  try {
    for (const name of reservedNames(job.destination)) refuseRunAbove(job.destination.path, name);
    return await runAndReport(job, execution);
  } finally {
    lock.release();
    removeStagingIfEmpty(job.destination.stagingPath);
  }
}

function takeLock(stagingPath: string): RunLock {
  try {
    makeStagingFolder(stagingPath);
    return takeRunLock(stagingPath, currentBootId());
  } catch (error) {
    throw localFailure(error, { kind: 'blocked' });
  }
}

async function runAndReport(job: PullJob, execution: Execution): Promise<PullReport> {
  const { clock, signal, reporter, begunAtMs } = execution.options;
  const { logLevel, taskReport, limits } = job.options;
  const files = RunFiles.create(job.stateDirectory, new Date(clock.now()), taskReport);
  const end = new AbortController();
  const now = () => performance.now();
  const progress = new RunProgress(files, reporter, { clock, now, logLevel, onUnwritable: () => end.abort() });
  progress.enter('QUEUED');
  const ticker = setInterval(() => progress.tell(), progressIntervalMs);
  const cancel = () => {
    progress.enter('CANCELLING');
    end.abort();
  };
  if (signal.aborted) end.abort();
  signal.addEventListener('abort', cancel);
  const time = stopAt(limits, { clock, now, signal: end.signal, begunAtMs });
  let error: SluiceError | undefined;
  let isOutOfTime = false;
  try {
    await execute(job, { ...execution, signal: time.signal }, progress);
  } catch (cause) {
    isOutOfTime = time.isOver() && !end.signal.aborted && isOfStop(cause);
    if (!isOutOfTime)
      error = signal.aborted ? interrupted() : (progress.failure ?? localFailure(cause, progress.tally));
  } finally {
    time.clear();
    signal.removeEventListener('abort', cancel);
    clearInterval(ticker);
  }
  return progress.finish(job, { error, isOutOfTime });
}
