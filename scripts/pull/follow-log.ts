/** Follows the agent's journal by its cursor: one round trip a look, and nothing that is left running on the host. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../../provision/connection/connection';
import { lastServiceLog, newServiceLog } from './pull-service';

export interface FollowLogOptions {
  /** How many of the lines already there. */
  readonly lines: number;
  readonly out: { write(text: string): unknown };
  readonly signal: AbortSignal;
}

const pollMs = 1000;

/** Ends only by rejecting: with an AbortError once the signal aborts, or as Connection.exec does. */
export async function followLog(connection: Connection, { lines, out, signal }: FollowLogOptions): Promise<never> {
  let log = await lastServiceLog(connection, lines);
  for (;;) {
    if (log.text !== '') out.write(log.text);
    await sleep(pollMs, undefined, { signal });
    log = await newServiceLog(connection, log.cursor === undefined ? { lines } : { cursor: log.cursor });
  }
}
