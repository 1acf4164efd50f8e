/** What moving a file needs beside the file. */
import type { Disk } from '../destination/disk';
import type { MetadataSettings } from '../destination/metadata';
import type { PullSettings } from '../job/settings';
import type { ReadBudget } from '../sftp/read-budget';
import type { SessionPool } from '../sftp/session-pool';
import type { SettleOptions } from '../source/selection';
import type { Staging } from '../staging/staging';
import type { ListedTimes } from './listed-times';

export interface TransferOptions {
  readonly pool: SessionPool;
  readonly budget: ReadBudget;
  readonly staging: Staging;
  readonly disk: Disk;
  /** The source's root, as the server names it. */
  readonly sourcePath: string;
  readonly metadata: MetadataSettings;
  readonly sourceAfterTransfer: PullSettings['sourceAfterTransfer'];
  readonly moveTo: string | undefined;
  /** One READ at a time, never beyond the end. */
  readonly sequential: boolean;
  /** No file is opened again, nor looked at once it was read. */
  readonly readOnce: boolean;
  /** Where files have to settle, one that changes is left for the next run, not tried again. */
  readonly settle: SettleOptions;
  readonly listedTimes: ListedTimes;
  readonly verify: boolean;
  /** See `Guarantees`. */
  readonly secondStat: boolean;
  readonly signal: AbortSignal;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Told of bytes as they arrive. */
  readonly onBytes: (count: number) => void;
  /** Told of a file's digest before the file is moved to its place. */
  readonly onDigest: (path: string, sha256: string) => void;
  /** Told whenever a file is begun again, or gone on with on another connection. */
  readonly onRetry: () => void;
  /** Throws where the destination's mount is gone. */
  readonly checkMount: () => void;
  /** Rejects where the destination or the staging folder is not in its place any more. */
  readonly checkPlaces: () => Promise<void>;
}
