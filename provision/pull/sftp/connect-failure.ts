/** Why there is no connection, or none any more, and what to do about it. */
import { messageOf, SluiceError } from '../../core/errors';
import { urlHost } from '../../core/url-host';
import { visible } from '../../core/visible';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** `SHA256:...`; a key with any one of these fingerprints is accepted, no other. */
  readonly hostKeys: readonly string[];
}

/** What ssh2 adds to its errors: where it happened. */
export interface SshFault extends Error {
  readonly level?: string;
  readonly code?: string | number;
}

export const agentFailed = 'SSH_AGENT_FAILED';

/** What the other end says in words where SSH or SFTP was due: who turns somebody away may tell why. */
export class FirstWords {
  #text = '';

  add(bytes: Buffer): void {
    if (this.#text.length < mostCharacters) this.#text += bytes.toString();
  }

  /** To be put behind a message; nothing where there were none. */
  get quoted(): string {
    const words = (this.#text.split(/^SSH-/m)[0] ?? '').trim().slice(0, mostCharacters);
    return words === '' ? '' : `; it says "${visible(words)}"`;
  }
}

const mostCharacters = 300;

export function placeOf({ host, port }: Endpoint): string {
  return `${urlHost(host)}:${port}`;
}

export function connectionLost(endpoint: Endpoint, fault: SshFault | undefined): string {
  const reason = fault === undefined ? 'the server closed it' : messageOf(fault);
  return `the connection to ${placeOf(endpoint)} was lost: ${reason}`;
}

/** SSH_MSG_DISCONNECT (RFC 4253, section 11.1) that ends a login: OpenSSH's server, after the tries it grants, calls it a protocol error. */
const loginDisconnects: readonly unknown[] = [
  2, // SSH_DISCONNECT_PROTOCOL_ERROR
  13, // SSH_DISCONNECT_AUTH_CANCELLED_BY_USER
  14, // SSH_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE
  15, // SSH_DISCONNECT_ILLEGAL_USER_NAME
];

/** How far the connection came. */
export interface Reached {
  readonly greeting: FirstWords;
  readonly isLoggingIn: boolean;
}

/** Before the login was done. */
export function cannotConnect(endpoint: Endpoint, fault: SshFault, { greeting, isLoggingIn }: Reached): SluiceError {
  const where = `${endpoint.username}@${placeOf(endpoint)}`;
  // A server that hangs up says why in its own words.
  const why = visible(fault.message);
  if (fault.level === 'agent') {
    return new SluiceError(`the ssh-agent cannot be used: ${why}`, {
      code: agentFailed,
      kind: 'unreachable',
      hint: 'Start it and add the key, or give a private key.',
      cause: fault,
    });
  }
  if (fault.level === 'client-authentication' || (isLoggingIn && loginDisconnects.includes(fault.code))) {
    return new SluiceError(`${where} refuses to log in: ${why}`, {
      code: 'AUTHENTICATION_FAILED',
      kind: 'unreachable',
      // The file may be another one by now on the machine that provisions: the agent reads what lies on its own.
      hint: 'Check the user name, and that the server has this key or password: of a file or an environment variable in migration.yaml the host has what sluice provision brought last. Where the server grants few tries, give the one credential that it knows.',
      cause: fault,
    });
  }
  const negotiation = fault.level === 'handshake';
  return new SluiceError(`cannot connect to ${where}: ${why}${greeting.quoted}`, {
    code: negotiation ? 'SSH_HANDSHAKE_FAILED' : 'CONNECT_FAILED',
    kind: 'unreachable',
    retryable: !negotiation && fault.level !== 'client-dns',
    hint: negotiation ? handshakeHint(fault) : connectHint(fault, greeting),
    cause: fault,
  });
}

/** What ssh2 finds no match of, what legacyAlgorithms brings of it, and what a server would have to let in. */
const unmatched: readonly (readonly [what: RegExp, old: string, wanted: string])[] = [
  [/key exchange/, 'SHA-1 key exchange', 'curve25519-sha256, ecdh-sha2-nistp256 or diffie-hellman-group14-sha256'],
  [/host key/, 'ssh-rsa host keys', 'a host key of ed25519, ECDSA, or RSA signed with SHA-2'],
  [/cipher/, 'CBC ciphers', 'AES-GCM, AES-CTR or ChaCha20-Poly1305'],
  [/MAC/, '', 'hmac-sha2-256 or hmac-sha2-512'],
];

function handshakeHint({ message }: SshFault): string {
  const [, what = ''] = /no matching (.*)$/.exec(message) ?? [];
  const found = unmatched.find(([words]) => words.test(what));
  if (found === undefined)
    return 'What answers does not keep to SSH: check the address and the port, then ask the owner of the server.';
  const [, old, wanted] = found;
  const ask = `sk the owner of the server to let in ${wanted}.`;
  return old === '' ? `A${ask}` : `Set legacyAlgorithms for an old server (${old}). Where it is set, a${ask}`;
}

function connectHint({ message }: SshFault, { quoted }: FirstWords): string {
  if (quoted !== '')
    return 'If those are the words of another service (HTTP, FTP, TLS), correct the port. If they turn this machine away, the server has too many logins at one time, or had too many that failed: wait, or use fewer connections.';
  const hint = 'Check the address, the port, and that the server lets this machine in';
  return message === 'Connection lost before handshake'
    ? `${hint}; one with too many logins at one time hangs up so, too: wait, or use fewer connections.`
    : `${hint}.`;
}

/** After the login. */
export function noSession(endpoint: Endpoint, fault: Error, complaint?: FirstWords): SluiceError {
  const why = `${visible(fault.message)}${complaint?.quoted ?? ''}`;
  return new SluiceError(`${endpoint.username}@${placeOf(endpoint)} lets us in and opens no SFTP session: ${why}`, {
    code: 'CONNECT_FAILED',
    kind: 'unreachable',
    retryable: true,
    hint: 'Ask the owner of the server to let this account use SFTP, with as many sessions as there are connections: a shell or a login program may answer in its place.',
    cause: fault,
  });
}
