/** A play: the roles of every host, several hosts at a time. One host's failure does not stop the others. */
import type { Connection } from './connection/connection';
import { execInterrupted } from './connection/exec-limits';
import { atMost } from './core/at-most';
import { exitCodes, SluiceError } from './core/errors';
import { failureOf } from './evaluate';
import type { Recap, TaskStatus } from './events';
import { countByStatus, type HostPlayOptions, playHost } from './host-play';
import { failedFooting } from './out-of-reach';
import { type Role, type Selection, selectTasks } from './role';

export interface PlayHost {
  readonly name: string;
  /** Opens the connection; a rejection makes the host unreachable, not the play fail. */
  readonly connect: (progress?: ConnectProgress) => Promise<Connection>;
  readonly roles: readonly Role[];
}

export interface ConnectProgress {
  /** Called with each new reason to wait, now or when the connection has to be opened again. */
  readonly onWait: (reason: string) => void;
  /** Once aborted, nothing is waited for. */
  readonly signal?: AbortSignal | undefined;
}

export interface PlayOptions extends HostPlayOptions {
  /** Default: every task. */
  readonly selection?: Selection;
  /** Most hosts at one time. */
  readonly forks: number;
}

/** The recaps, in the order of the hosts. */
export async function play(hosts: readonly PlayHost[], options: PlayOptions): Promise<readonly Recap[]> {
  return atMost(options.forks, hosts, (host) => playOne(host, options));
}

async function playOne(host: PlayHost, options: PlayOptions): Promise<Recap> {
  const startedAt = options.clock();
  const { reporter, signal } = options;
  let connection: Connection | undefined;
  try {
    // One whose turn comes after the interrupt is not logged in to any more.
    if (signal?.aborted === true) throw execInterrupted(host.name);
    connection = await host.connect({
      onWait: (reason) => reporter({ type: 'waiting', host: host.name, reason }),
      signal,
    });
    return await playHost(connection, selectTasks(host.roles, options.selection), options);
  } catch (error) {
    const result = failureOf(error);
    const interrupted = signal?.aborted ?? false;
    const recap: Recap = {
      counts: countByStatus([result]),
      roundTrips: connection?.roundTrips ?? 0,
      durationMs: options.clock() - startedAt,
      interrupted,
      ...(error instanceof SluiceError && error.kind === 'config' ? { misconfigured: true } : {}),
    };
    const task = connection === undefined ? 'log in' : (failedFooting(error) ?? 'wait for the host');
    reporter({ type: 'task-ended', host: host.name, role: 'connection', task, ...result });
    reporter({ type: 'recap', host: host.name, ...recap });
    return recap;
  } finally {
    await connection?.close();
  }
}

/** The worst host decides: interrupted, config, unreachable, blocked, failed, changes pending, ok. */
export function exitCodeOf(recaps: readonly Recap[]): number {
  const any = (status: TaskStatus) => recaps.some((recap) => recap.counts[status] > 0);
  if (recaps.some((recap) => recap.interrupted)) return exitCodes.interrupted;
  if (recaps.some((recap) => recap.misconfigured === true)) return exitCodes.config;
  if (any('unreachable')) return exitCodes.unreachable;
  if (any('blocked')) return exitCodes.blocked;
  if (any('failed')) return exitCodes.failed;
  return any('pending') || any('unknown') ? exitCodes.changesPending : exitCodes.ok;
}
