/** report.json: the result of one run, for the operator, `sluice report` and whatever watches. Holds no secret. */
import { type ErrorKind, exitCodes } from '../../core/errors';
import type { PullJob } from '../job/job';
import type { Failure } from './outcomes';
import type { Counts, Left, SkippedEntry, Unfinished } from './tally';

export interface PullReport {
  readonly version: 1;
  readonly state: 'SUCCESS' | 'ERROR';
  /** Why the run ended before its end; absent where it went through, whatever became of single entries. */
  readonly error?: {
    readonly code: string;
    readonly kind: ErrorKind;
    readonly message: string;
    readonly hint?: string;
    /** Another run may get through without anything being mended. */
    readonly retryable?: true;
    /** Fingerprint of a host key that was refused. */
    readonly presentedHostKey?: string;
  };
  readonly startedAt: string;
  readonly endedAt: string;
  readonly durationMs: number;
  /** Time spent in each state. Stages overlap: TRANSFERRING lasts from the first file until the last. */
  readonly stateDurationsMs: Readonly<Partial<Record<string, number>>>;
  /** Not every agent tells `access`. */
  readonly source: Pick<PullJob['source'], 'host' | 'port' | 'username' | 'hostKeys' | 'path' | 'connections'> &
    Partial<Pick<PullJob['source'], 'access'>>;
  readonly destination: PullJob['destination'];
  readonly options: PullJob['options'];
  readonly counts: Counts;
  /** What a limit of the settings left for the next run; absent where nothing was. */
  readonly left?: Left;
  /** What was received of files that are not complete, and is kept in staging for the next run; absent where nothing is. */
  readonly unfinished?: Unfinished;
  /** Includes that matched nothing at the source; absent where each did, and where not all of it could be listed. */
  readonly unmatchedIncludes?: readonly string[];
  /** The first `mostNamed` (`tally.ts`) of each; `counts` says how many there are, the events and the task report name them all. */
  readonly failed: readonly Failure[];
  readonly skipped: readonly SkippedEntry[];
  readonly files: {
    readonly report: string;
    readonly events: string;
    readonly manifest: string;
    /** Absent where the settings want none. */
    readonly taskReport?: string;
    readonly taskReportCsv?: string;
  };
  readonly versions: { readonly sluice: string; readonly node: string };
}

/** The process exit code of a run: interrupted, unreachable and the like before "some entries failed". */
export function exitCodeOf(report: PullReport): number {
  if (report.error !== undefined) return exitCodes[report.error.kind];
  return report.state === 'SUCCESS' ? exitCodes.ok : exitCodes.failed;
}
