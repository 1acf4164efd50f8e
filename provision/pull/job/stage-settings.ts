/** What each stage needs of a job. */

import { reservedNames } from '../launch';
import type { Clock } from '../record/run-progress';
import { nameDecoder } from '../sftp/filename';
import type { SessionPool } from '../sftp/session-pool';
import type { ClassifySettings } from '../source/classify';
import type { Filters } from '../source/filters';
import { TransferAllowance } from '../source/run-limits';
import type { SelectionOptions } from '../source/selection';
import type { PlanSettings } from '../transfer/plan';
import type { PullJob } from './job';

export function classifySettings(
  { source, destination, options }: PullJob,
  { filters, pool }: { readonly filters: Filters; readonly pool: SessionPool },
): ClassifySettings {
  return {
    filters,
    pool,
    sourcePath: source.path,
    symlinks: options.symlinks,
    decode: nameDecoder(source.filenameEncoding),
    movedTo: options.moveTo,
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
