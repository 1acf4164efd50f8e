/** The transport is gone. What became of the command is what a caller has to know. */
import { messageOf, SluiceError } from '../core/errors';

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
