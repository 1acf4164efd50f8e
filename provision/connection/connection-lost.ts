/** The transport is gone. What became of the command is what a caller has to know. */
import { messageOf, SluiceError } from '../core/errors';
import type { Connection, ExecResult } from './connection';

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

/** The result of a probe. @throws ConnectionLost where a signal ended it, as a host on its way down does: what it printed is not the whole. */
export function wholeAnswer({ host }: Connection, result: ExecResult): ExecResult {
  if (result.exitCode < 128) return result;
  throw new ConnectionLost(host, true, new Error(`a signal ended the command there (exit ${result.exitCode})`));
}
