/** What a server's STATUS reply (draft-ietf-secsh-filexfer-02 section 7) or a lost session means to the engine. */
import { SluiceError } from '../../core/errors';
import { visible } from '../../core/visible';

export const statusOk = 0;
/** SSH_FX_EOF: the end of a file or listing, an outcome and not an error. */
export const statusEof = 1;
export const statusNoSuchFile = 2;
export const statusPermissionDenied = 3;
export const statusFailure = 4;
const statusUnsupported = 8;

interface StatusMeaning {
  readonly code: string;
  readonly what: string;
  readonly retryable?: boolean;
  readonly hint: string;
}

/** Of what the server says: every failure of a run is held, and told in several places. */
const mostText = 1000;

const later = 'Try again later, or ask the owner of the server.';

const meanings: Readonly<Record<number, StatusMeaning>> = {
  2: {
    code: 'SFTP_NO_SUCH_FILE',
    what: 'no such file',
    hint: 'It was removed at the source; the next run looks again.',
  },
  3: {
    code: 'SFTP_PERMISSION_DENIED',
    what: 'permission denied',
    hint: 'Ask the owner of the source to let this user read it, then run again. If it may already: some servers refuse in these words what is over their limit of transfers at one time; use fewer connections.',
  },
  4: {
    code: 'SFTP_FAILURE',
    what: 'failure',
    hint: 'Often a limit of the server, such as open files: use fewer connections, or access ONE_FILE; or ask its owner.',
  },
  5: {
    code: 'SFTP_BAD_MESSAGE',
    what: 'bad message',
    hint: 'Ask the owner of the server; access ONE_FILE asks for less.',
  },
  6: { code: 'SFTP_NO_CONNECTION', what: 'no connection', retryable: true, hint: later },
  7: { code: 'SFTP_CONNECTION_LOST', what: 'connection lost', retryable: true, hint: later },
  8: {
    code: 'SFTP_UNSUPPORTED',
    what: 'operation unsupported',
    hint: 'Use sourceAfterTransfer KEEP or symlinks SKIP, whichever asked for it.',
  },
};

function unknownStatus(status: number): StatusMeaning {
  return {
    code: 'SFTP_STATUS',
    what: `status ${status}`,
    hint: 'SFTP version 3 has no such status: ask the owner of the server what it means.',
  };
}

/** A STATUS reply that refuses a request. The request failed; the session goes on. The message is one line, whatever the server says. */
export class SftpStatusError extends SluiceError {
  constructor(
    request: string,
    readonly status: number,
    serverText: string,
  ) {
    const meaning = meanings[status] ?? unknownStatus(status);
    const words = serverText.length > mostText ? `${serverText.slice(0, mostText)}...` : serverText;
    const text = words === '' || words.toLowerCase() === meaning.what ? '' : ` (${words})`;
    super(visible(`${request}: ${meaning.what}${text}`), {
      code: meaning.code,
      retryable: meaning.retryable ?? false,
      hint: meaning.hint,
    });
  }
}

/** The session is gone and everything pending on it with it; another session may do better. The message is one line. */
export class SessionLostError extends SluiceError {
  constructor(message: string, cause?: unknown) {
    super(visible(message), {
      code: 'SFTP_SESSION_LOST',
      retryable: true,
      hint: 'Look at the network and at the server, then run again.',
      cause,
    });
  }
}

/** For `catch`: what a server has no request for, or lets nobody use, is asked in another way. */
export function whereWithheld<T>(askOtherwise: () => Promise<T>): (error: unknown) => Promise<T> {
  return (error) => {
    const { status } = error as SftpStatusError;
    if (status === statusUnsupported || status === statusPermissionDenied) return askOtherwise();
    throw error;
  };
}
