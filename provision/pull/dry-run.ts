/**
 * A dry run: the source is listed and compared by the very stages of a run, and nothing is written, neither at the destination nor in the state
 * folder. So no lock is taken: while another run goes on, what is said may be out of date.
 */
import { existsSync } from 'node:fs';
import { checkSettings } from './check-settings';
import { compareTrees } from './compare';
import { DirectoryWork } from './directory-work';
import { directDisk } from './disk';
import { type DryRunReport, DryRunTally, type PlannedAction } from './dry-run-report';
import { compileFilters } from './filters';
import type { PullJob } from './job';
import { checkSourceRoot, openPool } from './launch';
import { LocalDirectory } from './local-directory';
import { guardMount } from './mount-guard';
import { interrupted } from './outcomes';
import { RemovalPlan } from './removal-plan';
import type { RunOptions } from './run-options';
import { selectTransfers } from './selection';
import { sourceRoot } from './source-links';
import { classifySettings, planSettings, selectionOptions } from './stage-settings';

export interface DryRunOptions extends Pick<RunOptions, 'signal' | 'env' | 'clock' | 'requestTimeoutMs'> {
  readonly onAction: (action: PlannedAction) => void;
}

/** Rejects with a SluiceError where the source cannot be listed at all; single entries that would fail are told. */
export async function planPull(job: PullJob, options: DryRunOptions): Promise<DryRunReport> {
  checkSettings(job);
  const filters = compileFilters(job.options.includes, job.options.excludes);
  const mountGuard = await guardMount(job.destination);
  const pool = await openPool(job, options).catch((error) => {
    mountGuard.stop();
    throw error;
  });
  const stop = () => pool.close();
  options.signal.addEventListener('abort', stop);
  const registry = new Set<DirectoryWork>();
  let root: LocalDirectory | undefined;
  try {
    await checkSourceRoot(pool, job.source.path);
    if (existsSync(job.destination.path)) root = await LocalDirectory.openRoot(directDisk, job.destination.path);
    const classify = classifySettings(job, { filters, pool });
    const told = new DryRunTally(options.onAction);
    const { reservedRootNames } = classify;
    const removal =
      job.options.preserveDeletedFiles === 'REMOVE'
        ? new RemovalPlan({ root, filters, reservedRootNames, keep: (entry) => told.remove(entry) })
        : undefined;
    const planned = compareTrees({
      disk: directDisk,
      root,
      source: await sourceRoot(job.source.path, pool, job.options.symlinks === 'FOLLOW'),
      classify,
      settings: planSettings(job),
      signal: options.signal,
      registry,
      isDryRun: true,
      removal,
    });
    for await (const item of selectTransfers(planned, selectionOptions(job, options.clock))) await told.add(item);
    if (options.signal.aborted) throw interrupted();
    return told.report(removal, job.options.removalLimit);
  } catch (error) {
    throw options.signal.aborted ? interrupted() : error;
  } finally {
    options.signal.removeEventListener('abort', stop);
    pool.close();
    mountGuard.stop();
    await DirectoryWork.closeAll(registry);
    await root?.close();
  }
}
