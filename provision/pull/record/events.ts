/**
 * What a run tells while it goes, for people and machines. `events.ndjson` holds one event a line, in these very shapes. States are
 * those of a DataSync task execution (DataSync API, DescribeTaskExecution, `Status`).
 */
import type { Outcome } from './outcomes';

export type ExecutionState =
  | 'QUEUED'
  | 'LAUNCHING'
  | 'PREPARING'
  | 'TRANSFERRING'
  | 'VERIFYING'
  | 'CANCELLING'
  | 'SUCCESS'
  | 'ERROR';

export interface Progress {
  /** Files seen at the source so far, and their bytes. */
  readonly listedFiles: number;
  readonly listedBytes: number;
  /** The whole source is listed: no more files will come. */
  readonly isListed: boolean;
  /** Files of those that want no more work. */
  readonly doneFiles: number;
  readonly transferredFiles: number;
  /** Bytes received, of files under way too. */
  readonly receivedBytes: number;
  /** These, and the bytes of files that were there already. More than listed where a file had to be read again. */
  readonly doneBytes: number;
  readonly failed: number;
  /** Transfers begun again: the connection was lost, the file changed while it was read, or it did not verify. */
  readonly retries: number;
  readonly elapsedMs: number;
}

export type PullEvent = { readonly time: string } & PullEventBody;

export type PullEventBody =
  | { readonly type: 'state'; readonly state: ExecutionState }
  | { readonly type: 'entry'; readonly outcome: Outcome }
  | ({ readonly type: 'progress' } & Progress)
  | {
      readonly type: 'connections';
      readonly change: 'opened' | 'lost' | 'limited';
      readonly connections: number;
      readonly reason?: string;
    }
  /** The whole run's error, where it ended before its end. */
  | { readonly type: 'error'; readonly code: string; readonly message: string; readonly hint?: string };
