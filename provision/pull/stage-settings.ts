/** What each stage needs of a job. */
import type { ClassifySettings } from './classify';
import type { Filters } from './filters';
import type { PullJob } from './job';
import { reservedNames } from './launch';
import type { PlanSettings } from './plan';
import { TransferAllowance } from './run-limits';
import type { Clock } from './run-progress';
import type { SelectionOptions } from './selection';
import { nameDecoder } from './sftp/filename';
import type { SessionPool } from './sftp/session-pool';

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
