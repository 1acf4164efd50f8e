/** What moving a file needs beside the file. */
import type { Disk } from './disk';
import type { ReadBudget } from './sftp/read-budget';
import type { SessionPool } from './sftp/session-pool';
import type { Staging } from './staging';

export interface TransferOptions {
  readonly pool: SessionPool;
  readonly budget: ReadBudget;
  readonly staging: Staging;
  readonly disk: Disk;
  readonly sourcePath: string;
  readonly verify: boolean;
  /** See `Guarantees`. */
  readonly secondStat: boolean;
  readonly signal: AbortSignal;
  /** Told of bytes as they arrive. */
  readonly onBytes: (count: number) => void;
  /** Throws where the destination's mount is gone. */
  readonly checkMount: () => void;
}
