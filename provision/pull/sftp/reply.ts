/** What a server answered to a request, read with care: a reply of another kind, or one that is cut off, fails the request and says which. */
import { SluiceError } from '../../core/errors';
import { visible } from '../../core/visible';
import { type ByteReader, MalformedPacketError, packetType } from './wire';

export interface Reply {
  readonly type: number;
  readonly body: ByteReader;
  /** The request that it answers. */
  readonly what: () => string;
}

/** A STATUS of OK or EOF: a request is rejected with any other. */
export function isEnd(reply: Reply): boolean {
  return reply.type === packetType.status;
}

/** Throws a SluiceError with the code SFTP_BAD_REPLY. */
export function parseReply<T>(reply: Reply, type: number, read: (body: ByteReader) => T): T {
  if (reply.type !== type) {
    const got = isEnd(reply) ? 'a STATUS that is no refusal' : nameOf(reply.type);
    throw badReply(`the server answered "${reply.what()}" with ${got} where ${nameOf(type)} was due`);
  }
  try {
    return read(reply.body);
  } catch (error) {
    if (!(error instanceof MalformedPacketError)) throw error;
    throw badReply(`the server's answer to "${reply.what()}" cannot be read: ${error.message}`, error);
  }
}

function nameOf(type: number): string {
  const name = Object.entries(packetType).find(([, each]) => each === type)?.[0];
  return name === undefined ? `a packet of type ${type}` : name.toUpperCase();
}

export function badReply(message: string, cause?: unknown): SluiceError {
  return new SluiceError(visible(message), {
    code: 'SFTP_BAD_REPLY',
    hint: 'Ask the owner of the server; access ONE_FILE asks for less.',
    cause,
  });
}
