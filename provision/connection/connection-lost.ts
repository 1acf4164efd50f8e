/** The transport is gone. What became of the command is what a caller has to know. */
import { messageOf, SluiceError } from '../core/errors';
import type { Command } from '../core/sh';
import type { Connection, ExecOptions, ExecResult } from './connection';

export class ConnectionLost extends SluiceError {
  constructor(
    host: string,
    /** False where the command certainly never reached the host: it may be sent again over another connection. */
    readonly commandSent: boolean,
    cause?: unknown,
  ) {
    super(`${host}: the SSH connection was lost${cause === undefined ? '' : `: ${messageOf(cause)}`}`, {
      code: 'CONNECTION_LOST',
      kind: 'unreachable',
      retryable: true,
      hint: 'run the same command again: what is done stays done, and it goes on from there',
      cause,
    });
  }
}

/** Runs a probe. Rejects as Connection.exec does, and as lost where a signal ended it, as a host on its way down does: what it printed is not the whole. */
export async function wholeAnswer(
  connection: Connection,
  probe: Command,
  options: Pick<ExecOptions, 'signal'> = {},
): Promise<ExecResult> {
  const result = await connection.exec(probe, { ...options, repeatable: true });
  if (result.exitCode < 128) return result;
  throw new ConnectionLost(
    connection.host,
    true,
    new Error(`a signal ended the command there (exit ${result.exitCode})`),
  );
}
