/** Follows the agent's journal by its cursor: one round trip a look, and nothing that is left running on the host. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../../provision/connection/connection';
import { newServiceLog } from './pull-service';

export interface FollowLogOptions {
  /** How many of the lines already there. */
  readonly lines: number;
  readonly out: { write(text: string): unknown };
  readonly signal: AbortSignal;
}

const pollMs = 1000;

/** Ends only by rejecting: with an AbortError once the signal aborts, or as Connection.exec does. */
export async function followLog(connection: Connection, { lines, out, signal }: FollowLogOptions): Promise<never> {
  let cursor: string | undefined;
  for (;;) {
    const log = await newServiceLog(connection, cursor === undefined ? { lines } : { cursor });
    if (log.text !== '') out.write(log.text);
    cursor = log.cursor;
    await sleep(pollMs, undefined, { signal });
  }
}
