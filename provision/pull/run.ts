/**
 * One run of a pull job: LAUNCHING (lock, mount, connection) -> PREPARING (the first listing) -> TRANSFERRING -> VERIFYING -> SUCCESS
 * or ERROR. What is done in between is in `execution.ts`.
 */
import { messageOf, SluiceError } from '../core/errors';
import { type Execution, execute } from './execution';
import { compileFilters } from './filters';
import type { PullJob } from './job';
import { guardMount } from './mount-guard';
import { interrupted } from './outcomes';
import type { PullReport } from './report';
import { RunFiles } from './run-files';
import { currentBootId, takeRunLock } from './run-lock';
import type { RunOptions } from './run-options';
import { RunProgress } from './run-progress';
import { makeStagingFolder, removeStagingIfEmpty } from './staging';

const progressIntervalMs = 1000;

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
