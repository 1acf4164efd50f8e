/** What a play reports while it runs. The command line renders it; `--json` prints one event a line. */
import type { Change } from './resources/resource';

/**
 * `ok` nothing to do; `changed` done and proven; `pending` (check) would change; `unknown` (check) depends on a change not
 * made; `skipped` not meant for this host, or something before it failed; `failed`; `blocked` cannot work, nothing was touched; `unreachable`.
 */
export const taskStatuses = [
  'ok',
  'changed',
  'pending',
  'unknown',
  'skipped',
  'failed',
  'blocked',
  'unreachable',
] as const;
export type TaskStatus = (typeof taskStatuses)[number];

export interface TaskResult {
  readonly status: TaskStatus;
  /** Changes made or, in check mode, to be made. */
  readonly changes: readonly Change[];
  readonly reason?: string;
  readonly fix?: string;
}

export interface Recap {
  readonly counts: Readonly<Record<TaskStatus, number>>;
  readonly roundTrips: number;
  readonly durationMs: number;
  readonly interrupted: boolean;
  /** Nobody logged in: what the operator gives for it is wrong, such as a passphrase. */
  readonly misconfigured?: true;
}

export type PlayEvent =
  | { readonly type: 'play-started'; readonly host: string; readonly mode: 'check' | 'apply'; readonly tasks: number }
  /** Something that passes holds the host up: it boots, sets itself up, updates itself, or the connection was lost. */
  | { readonly type: 'waiting'; readonly host: string; readonly reason: string }
  | { readonly type: 'task-started'; readonly host: string; readonly role: string; readonly task: string }
  | {
      readonly type: 'task-retried';
      readonly host: string;
      readonly role: string;
      readonly task: string;
      /** The try that failed, from 1. */
      readonly attempt: number;
      readonly reason: string;
    }
  | ({ readonly type: 'task-ended'; readonly host: string; readonly role: string; readonly task: string } & TaskResult)
  | ({ readonly type: 'recap'; readonly host: string } & Recap);
