/**
 * Opens one SSH connection to the source and the SFTP session on it.
 *
 * ssh2-sftp-client connects, authenticates and keeps alive. Its own SFTP layer copies every byte several times and decodes
 * names lossily, so it is handed the raw subsystem channel in place of ssh2's wrapper, and `SftpSession` speaks on that.
 */

import type { Socket } from 'node:net';
import type { AuthHandlerMiddleware, Client, ClientChannel, ConnectConfig } from 'ssh2';
import SftpClient from 'ssh2-sftp-client';
import { SluiceError } from '../../core/errors';
import { fingerprintOf, type HostVerifier, hostVerifier, keyTypeOf } from '../../core/host-keys';
import { algorithmsFor, type HostKeyType, hostKeyAlgorithms } from './algorithms';
import { type Authentication, authenticationMethods } from './authentication';
import type { ByteChannel } from './byte-channel';
import {
  agentFailed,
  cannotConnect,
  connectionLost,
  type Endpoint,
  FirstWords,
  noSession,
  placeOf,
  type SshFault,
} from './connect-failure';
import { freeAtOnce } from './free-memory';
import { loginOrder } from './login-order';
import { quickLogin } from './quick-login';
import { type SessionOptions, SftpSession } from './session';
import { openSocket, type ReceivingSocket } from './socket';
import { decryptsIntoOwnMemory, holdKeysAsObjects, isAtGcmPacket, windowOpener } from './ssh2-internals';
import { initPacket } from './wire';

export interface ConnectOptions extends SessionOptions {
  /** Gives up on a connection that is not open yet. */
  readonly signal?: AbortSignal;
  readonly legacyAlgorithms?: boolean;
  /** Called once the server has let us in, with the time of one round trip: the session takes three more. */
  readonly onLogin?: (roundTripMs: number) => void;
}

/** Where a server presents a key that is not pinned. The key itself is public and goes into the message. */
export class HostKeyRefusedError extends SluiceError {
  constructor(
    endpoint: Endpoint,
    readonly presented: { readonly keyType: string; readonly fingerprint: string },
  ) {
    const known = endpoint.hostKeys.length === 0 ? 'none is on record' : `on record: ${endpoint.hostKeys.join(', ')}`;
    super(`${placeOf(endpoint)} presents the ${presented.keyType} host key ${presented.fingerprint}; ${known}`, {
      code: endpoint.hostKeys.length === 0 ? 'HOST_KEY_UNKNOWN' : 'HOST_KEY_CHANGED',
      kind: 'unreachable',
      hint: 'Ask the owner of the server for its fingerprint; if it is this one, put it on record (in a configuration: source.hostKeys). If not, somebody is in between.',
    });
  }
}

/**
 * Resolves with a session that is ready, or rejects with a SluiceError of kind `unreachable`; `retryable` where another try
 * may succeed (network, a server too busy), not where it cannot (host key, authentication).
 *
 * A server with several host keys presents the type that the client prefers, which need not be the pinned one: on a key that is
 * not pinned the next try leaves its type out, until a pinned key turns up or no type is left.
 */
export async function connectSession(
  endpoint: Endpoint,
  authentication: Authentication,
  options: ConnectOptions,
): Promise<SftpSession> {
  let offer = hostKeyAlgorithms;
  let login = authentication;
  let firstRefusal: HostKeyRefusedError | undefined;
  for (;;) {
    try {
      return await connectOnce(endpoint, login, { ...options, hostKeyTypes: offer });
    } catch (error) {
      if (error instanceof HostKeyRefusedError) {
        firstRefusal ??= error;
        const left = offer.filter((candidate) => candidate.keyType !== error.presented.keyType);
        if (left.length === 0 || left.length === offer.length || endpoint.hostKeys.length === 0) throw firstRefusal;
        offer = left;
        continue;
      }
      // An agent that is gone ends ssh2's attempt; the other ways to log in have not been tried.
      if (error instanceof SluiceError && error.code === agentFailed && hasMoreThanAgent(login)) {
        const { agentSocket: _gone, ...others } = login;
        login = others;
        continue;
      }
      // With no type left in common the negotiation fails: the refusal before it is the reason.
      throw firstRefusal ?? error;
    }
  }
}

function hasMoreThanAgent({ privateKey, password, fallbackKeys = [] }: Authentication): boolean {
  return privateKey !== undefined || password !== undefined || fallbackKeys.length > 0;
}

interface OneConnection extends ConnectOptions {
  readonly hostKeyTypes: readonly HostKeyType[];
}

async function connectOnce(
  endpoint: Endpoint,
  authentication: Authentication,
  options: OneConnection,
): Promise<SftpSession> {
  // Between two attempts, while credentials are read again: no signal would come any more.
  if (options.signal?.aborted === true)
    throw cannotConnect(endpoint, new Error('it was given up before'), {
      greeting: new FirstWords(),
      isLoggingIn: false,
    });
  // Before there is a connection: credentials that cannot be used need none.
  const methods = authenticationMethods(endpoint.username, authentication);
  const receiving = openSocket(endpoint);
  const { socket } = receiving;
  const giveUp = () => socket.destroy();
  options.signal?.addEventListener('abort', giveUp);
  try {
    const login = await logIn(endpoint, methods, { ...options, socket, giveUp });
    return await startSession(endpoint, login, { ...options, ...receiving });
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
}

interface Login {
  readonly client: Client;
  /** Of the SFTP subsystem. */
  readonly channel: ByteChannel;
  readonly isInitSent: boolean;
  /** What ended the connection, once something has. */
  readonly fault: () => SshFault | undefined;
}

interface LoginOptions extends OneConnection {
  readonly socket: Socket;
  readonly giveUp: () => void;
}

/**
 * Four round trips, and what both ends take: 25 ms each. Nearer by, asking ahead costs more than it spares: of two short answers, one after the other, the
 * second is held back until the first is acknowledged (Nagle's algorithm), which takes this end 40 ms.
 */
const farHandshakeMs = 150;

/** From the server's greeting to its SFTP subsystem. */
async function logIn(
  endpoint: Endpoint,
  methods: Parameters<typeof loginOrder>[0],
  { socket, giveUp, ...options }: LoginOptions,
): Promise<Login> {
  const sftp = new SftpClient('sluice', {});
  const client = sshClientOf(sftp);
  let fault: SshFault | undefined;
  // For life: an error nobody listens to would end the process.
  client.on('error', (error: SshFault) => {
    fault ??= error;
  });
  const greeting = new FirstWords();
  socket.once('data', (chunk) => greeting.add(chunk));
  // ssh2 waits for the login only so long, and for the subsystem for ever.
  let patience: NodeJS.Timeout | undefined;
  let stage = 'handshake' as 'handshake' | 'login' | 'session';
  client.once('handshake', () => {
    stage = 'login';
  });
  client.once('ready', () => {
    stage = 'session';
    patience = setTimeout(() => {
      fault ??= new Error(`it did not within ${options.requestTimeoutMs / 1000} s`);
      giveUp();
    }, options.requestTimeoutMs);
  });
  const verifier = pinnedKeys(endpoint);
  const beganMs = options.now();
  const isFar = () => options.now() - beganMs >= farHandshakeMs;
  const quick = quickLogin(client, { init: initPacket(), isFar, onAnswer: timed(client, options) });
  useChannel(client, quick.openChannel);
  try {
    const channel = (await sftp.connect({
      ...connectConfig(endpoint, loginOrder(methods), options, verifier.verify),
      sock: socket,
    })) as unknown as ByteChannel;
    return { client, channel, isInitSent: quick.isInitSent(), fault: () => fault };
  } catch (error) {
    leave(client, socket);
    if (error instanceof SluiceError) throw error;
    const reason = fault ?? (error as SshFault);
    throw (
      verifier.refusal() ??
      (stage === 'session'
        ? noSession(endpoint, reason)
        : cannotConnect(endpoint, reason, { greeting, isLoggingIn: stage === 'login' }))
    );
  } finally {
    clearTimeout(patience);
  }
}

function pinnedKeys(endpoint: Endpoint): HostVerifier {
  return hostVerifier((key) => {
    const fingerprint = fingerprintOf(key);
    if (endpoint.hostKeys.includes(fingerprint)) return true;
    return new HostKeyRefusedError(endpoint, { keyType: keyTypeOf(key), fingerprint });
  });
}

/** SFTP on the channel; its bytes go from the socket to the session without another copy. */
async function startSession(
  endpoint: Endpoint,
  { client, channel, isInitSent, fault }: Login,
  { socket, reuse, ...options }: ConnectOptions & ReceivingSocket,
): Promise<SftpSession> {
  // Taken for as long as the connection lives: nobody else does, and it would be held.
  const complaint = new FirstWords();
  channel.stderr?.on('data', (chunk) => complaint.add(chunk));
  try {
    const isOwn = decryptsIntoOwnMemory(channel);
    const free = isOwn ? freeAtOnce : undefined;
    const session = await SftpSession.start(channel, { ...options, free, isInitSent });
    const openWindow = windowOpener(channel, () => session.windowBytes);
    if (openWindow !== undefined) {
      channel.on('data', openWindow);
      session.onMeasured(openWindow);
    }
    const isAtPacket = () => {
      holdKeysAsObjects(channel);
      return isAtGcmPacket(channel);
    };
    if (isOwn) reuse(isAtPacket);
    client.on('close', () => session.fail(connectionLost(endpoint, fault()), fault()));
    session.onLost(() => leave(client, socket));
    return session;
  } catch (error) {
    leave(client, socket);
    throw noSession(endpoint, error as Error, complaint);
  }
}

/** Tells `onLogin` the time from the handshake to the call of what this returns. */
function timed(client: Client, { now, onLogin }: Pick<ConnectOptions, 'now' | 'onLogin'>): () => void {
  let handshakeMs = 0;
  let roundTripMs: number | undefined;
  client.once('handshake', () => {
    handshakeMs = now();
  });
  client.once('ready', () => onLogin?.(roundTripMs ?? 0));
  return () => {
    roundTripMs ??= now() - handshakeMs;
  };
}

/** With a goodbye; where the other end does not take it within two seconds, without. */
function leave(client: Client, socket: Socket): void {
  client.end();
  const timer = setTimeout(() => socket.destroy(), 2000);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
}

/** The ssh2 client inside. It is not in the package's types: the version is pinned and a contract test holds this in place. */
function sshClientOf(sftp: SftpClient): Client {
  return (sftp as unknown as { readonly client: Client }).client;
}

/** Has ssh2-sftp-client's `connect` resolve with this channel. */
function useChannel(client: Client, open: () => Promise<ClientChannel>): void {
  const sftp = (callback: (error: Error | undefined, channel?: ClientChannel) => void) => {
    open().then((channel) => callback(undefined, channel), callback);
  };
  client.sftp = sftp as unknown as Client['sftp'];
}

function connectConfig(
  endpoint: Endpoint,
  authHandler: AuthHandlerMiddleware,
  options: OneConnection,
  verify: (key: Buffer) => boolean,
): ConnectConfig {
  return {
    host: endpoint.host,
    port: endpoint.port,
    username: endpoint.username,
    authHandler,
    hostVerifier: verify,
    algorithms: algorithmsFor(options.hostKeyTypes, options.legacyAlgorithms === true),
    readyTimeout: 30_000,
    // For what lies between, which forgets an idle connection. An answer to it comes after all that the server has to send, minutes later on a slow
    // line: whether the server is there is told by the deadline of requests.
    keepaliveInterval: 15_000,
    keepaliveCountMax: Number.POSITIVE_INFINITY,
  };
}
