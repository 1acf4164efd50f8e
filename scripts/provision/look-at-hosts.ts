/** Something done on each host over a connection of its own, so many hosts at a time; a host that cannot be reached is an answer. */
import type { Connection } from '../../provision/connection/connection';
import { execInterrupted } from '../../provision/connection/exec-limits';
import { atMost } from '../../provision/core/at-most';
import { exitCodes, SluiceError } from '../../provision/core/errors';
import type { PlayHost } from '../../provision/play';
import type { CliContext } from '../context';

export interface Looked<Result> {
  readonly host: string;
  /** What was found, or why nothing was. */
  readonly found: { readonly result: Result } | { readonly error: SluiceError };
  readonly roundTrips: number;
}

export interface LookOptions<Result> {
  readonly hosts: readonly PlayHost[];
  /** Most hosts at one time. */
  readonly forks: number;
  readonly look: (connection: Connection) => Promise<Result>;
}

/** In the order of the hosts; what is waited for is said on standard error. Rejects only for faults of the program. */
export function lookAtHosts<Result>(
  context: CliContext,
  { hosts, forks, look }: LookOptions<Result>,
): Promise<readonly Looked<Result>[]> {
  return atMost(forks, hosts, async (host): Promise<Looked<Result>> => {
    let connection: Connection | undefined;
    try {
      if (context.signal.aborted) throw execInterrupted(host.name);
      connection = await host.connect({
        onWait: (reason) => void context.stderr.write(`${host.name}: waiting: ${reason}\n`),
        signal: context.signal,
      });
      const result = await look(connection);
      return { host: host.name, found: { result }, roundTrips: connection.roundTrips };
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      return { host: host.name, found: { error }, roundTrips: connection?.roundTrips ?? 0 };
    } finally {
      await connection?.close();
    }
  });
}

/** Of several hosts, the worst: what could not be looked at before what was found wanting. */
export function exitCodeOfLooks<Result>(looks: readonly Looked<Result>[], isGood: (result: Result) => boolean): number {
  const codes = looks.map(({ found }) => {
    if ('error' in found) return found.error.exitCode;
    return isGood(found.result) ? exitCodes.ok : exitCodes.failed;
  });
  const order: readonly number[] = [
    exitCodes.interrupted,
    exitCodes.config,
    exitCodes.unreachable,
    exitCodes.blocked,
    exitCodes.failed,
  ];
  return order.find((code) => codes.includes(code)) ?? exitCodes.ok;
}
