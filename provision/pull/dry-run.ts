/**
 * A dry run: the source is listed and compared by the very stages of a run, and nothing is written, neither at the destination nor in the state
 * folder. So no lock is taken: while another run goes on, what is said may be out of date.
 */
import { dirname } from 'node:path';
import { interrupted, type SluiceError } from '../core/errors';
import { danglingLink } from '../core/make-directory';
import { DirectoryWork } from './destination/directory-work';
import { directDisk } from './destination/disk';
import { FoldedNames } from './destination/folded-names';
import { LocalDirectory } from './destination/local-directory';
import { localFailure } from './destination/local-failure';
import { guardMount } from './destination/mount-guard';
import { type DryRunReport, DryRunTally, type PlannedAction } from './dry-run-report';
import { checkSettings } from './job/check-settings';
import type { PullJob } from './job/job';
import { checkSourceRoot, openPool } from './launch';
import { RemovalPlan } from './removal/removal-plan';
import type { RunOptions } from './run-options';
import { compileFilters } from './source/filters';
import { selectTransfers } from './source/selection';
import { planSettings, selectionOptions, sourceView } from './stage-settings';
import { compareTrees } from './transfer/compare';

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
    throw options.signal.aborted ? interrupted(error) : error;
  });
  const stop = () => pool.close();
  options.signal.addEventListener('abort', stop);
  const registry = new Set<DirectoryWork>();
  let root: LocalDirectory | undefined;
  try {
    await checkSourceRoot(pool, job.source.path);
    root = await openDestination(job.destination.path);
    const view = await sourceView(job, { filters, pool });
    const told = new DryRunTally(job.options, options.onAction);
    const { reservedRootNames } = view.classify;
    const foldedNames = await FoldedNames.on(directDisk, [job.destination.stagingPath, job.destination.path]);
    const removal =
      job.options.preserveDeletedFiles === 'REMOVE'
        ? new RemovalPlan({
            root,
            filters,
            reservedRootNames,
            isDryRun: true,
            foldedNames,
            keep: (entry) => told.remove(entry),
          })
        : undefined;
    let sawAll = true;
    const planned = compareTrees({
      disk: directDisk,
      root,
      ...view,
      foldedNames,
      settings: planSettings(job),
      signal: options.signal,
      registry,
      isDryRun: true,
      removal,
      onUnseen: () => {
        sawAll = false;
      },
    });
    for await (const item of selectTransfers(planned, selectionOptions(job, options.clock))) await told.add(item);
    if (options.signal.aborted) throw interrupted();
    return told.report(removal, sawAll ? filters.unmatchedIncludes() : []);
  } catch (error) {
    throw options.signal.aborted ? interrupted() : localFailure(error);
  } finally {
    options.signal.removeEventListener('abort', stop);
    pool.close();
    mountGuard.stop();
    await DirectoryWork.closeAll(registry);
    await root?.close();
  }
}

function danglingOnTheWay(path: string, cause: unknown): SluiceError | undefined {
  const parent = dirname(path);
  return danglingLink(path, cause) ?? (parent === path ? undefined : danglingOnTheWay(parent, cause));
}

/** Undefined where there is none yet. Rejects with what a run would say of one that it cannot use. */
async function openDestination(path: string): Promise<LocalDirectory | undefined> {
  return LocalDirectory.openRoot(directDisk, path).catch((error: unknown) => {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const dangling = isMissing ? danglingOnTheWay(path, error) : undefined;
    if (isMissing && dangling === undefined) return undefined;
    throw dangling ?? localFailure(error, { kind: 'blocked' });
  });
}
