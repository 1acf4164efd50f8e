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
import type { PlanSettings } from './transfer/plan';

/** Asks the server where `moveTo` lies. */
export async function classifySettings(
  job: PullJob,
  { filters, pool }: { readonly filters: Filters; readonly pool: SessionPool },
): Promise<ClassifySettings> {
  const { source, destination, options } = job;
  return {
    filters,
    pool,
    sourcePath: source.path,
    symlinks: options.symlinks,
    decode: nameDecoder(source.filenameEncoding),
    movedTo: await movedToInTree(job, pool),
    keyPrefix: destination.keyPrefix,
    reservedRootNames: reservedNames(destination),
  };
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
