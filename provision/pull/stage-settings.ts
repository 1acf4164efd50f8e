/** What each stage needs of a job. */

import type { PullJob } from './job/job';
import { reservedNames } from './launch';
import type { Clock } from './record/run-progress';
import { nameDecoder } from './sftp/filename';
import type { SessionPool } from './sftp/session-pool';
import type { ClassifySettings } from './source/classify';
import type { Filters } from './source/filters';
import { movedToInTree } from './source/moved-to';
import { TransferAllowance } from './source/run-limits';
import type { SelectionOptions } from './source/selection';
import { type SourceDirectory, sourceRoot } from './source/source-links';
import type { PlanSettings } from './transfer/plan';

/** The source with the job's own eyes. */
export interface SourceView {
  readonly classify: ClassifySettings;
  /** Its root. */
  readonly source: SourceDirectory;
}

/** Asks the server where `moveTo` lies, and, where links are followed, what its root is without links. */
export async function sourceView(
  job: PullJob,
  { filters, pool }: { readonly filters: Filters; readonly pool: SessionPool },
): Promise<SourceView> {
  const { source, destination, options } = job;
  const classify = {
    filters,
    pool,
    sourcePath: source.path,
    symlinks: options.symlinks,
    decode: nameDecoder(source.filenameEncoding),
    movedTo: await movedToInTree(job, pool),
    keyPrefix: destination.keyPrefix,
    reservedRootNames: reservedNames(destination),
  };
  return { classify, source: await sourceRoot(source.path, pool, options.symlinks === 'FOLLOW') };
}

export function planSettings({ options }: PullJob): PlanSettings {
  return { ...options, takesAll: options.sourceAfterTransfer !== 'KEEP' };
}

export function selectionOptions({ options }: PullJob, clock: Clock): SelectionOptions {
  return {
    settleTimeSeconds: options.settleTimeSeconds,
    allowance: new TransferAllowance(options.limits),
    nowSeconds: () => clock.now() / 1000,
  };
}
