/** What a run is given beside its job. */
import type { Reporter } from '../core/reporter';
import type { Disk } from './destination/disk';
import type { Guarantees } from './guarantees';
import type { Environment } from './login/aws/credentials';
import type { PullEvent } from './record/events';
import type { Clock } from './record/run-progress';

export interface RunOptions {
  readonly reporter: Reporter<PullEvent>;
  /** Stops the run cleanly: nothing half-written is published, and the next run goes on with what was received. */
  readonly signal: AbortSignal;
  readonly env: Environment;
  readonly clock: Clock;
  /** By the clock, when the run began that this one goes on with: its limits in time count from then. Default: it begins now. */
  readonly begunAtMs?: number;
  /** Longest wait for the server's answer to one request. Default 60 s. */
  readonly requestTimeoutMs?: number;
  /** For the benchmark, to show what each costs. Default: all. */
  readonly guarantees?: Guarantees;
  /** For tests: stands between the engine and its file calls. */
  readonly decorateDisk?: (disk: Disk) => Disk;
  /** See `StagingOptions`. */
  readonly recordEveryBytes?: number;
}
