/**
 * A login in as few round trips as the server bears. ssh2 waits for every consent before it asks for the next thing:
 *
 *     any server    a private key signs at once, where ssh2 asks first whether it would be taken; SFTP's INIT goes with the request for the
 *                   subsystem, as OpenSSH's own client sends it
 *     OpenSSH's,    the login goes with the request for its service, and the channel is asked for behind the login: what follows the request
 *     far away      that lets us in is for the connection (RFC 4252 section 5.1). Where it refuses the login it answers what followed
 *                   with UNIMPLEMENTED, and goes on; another server may hang up.
 *
 * Where ssh2 is not as we know it each of these is left out, and the login takes longer.
 */
import type { Client, ClientChannel } from 'ssh2';
import { isOpenSsh, protocolOf, type Ssh2Protocol } from './ssh2-internals';

export interface QuickLogin {
  /** The SFTP subsystem's channel, in place of `client.subsys`: once we are let in. */
  readonly openChannel: () => Promise<ClientChannel>;
  /** Whether INIT was sent: known when the channel is there. */
  readonly isInitSent: () => boolean;
}

export interface QuickLoginOptions {
  /** SFTP's INIT. */
  readonly init: Buffer;
  /** Asked once, after the handshake. */
  readonly isFar: () => boolean;
  /** Called with the answer to the first request after the handshake, which costs a server nothing. */
  readonly onAnswer: () => void;
}

/** @param client Not connected yet. */
export function quickLogin(client: Client, { init, isFar, onAnswer }: QuickLoginOptions): QuickLogin {
  let isInitSent = false;
  let ahead: ChannelAhead | undefined;
  client.once('handshake', () => {
    const protocol = protocolOf(client);
    if (protocol === undefined) return;
    sendWithSubsystem(protocol, init, () => {
      isInitSent = true;
    });
    if (isOpenSsh(client) && isFar()) {
      beginAtOnce(protocol);
      ahead = askBehindLogin(protocol, client);
    }
    signAtOnce(protocol);
    tellAnswer(protocol, onAnswer);
  });
  const openChannel = async () => {
    try {
      const channel = await ahead?.();
      if (channel !== undefined) return channel;
    } catch (error) {
      // Whoever only says that it is OpenSSH may look at the request before it has let us in.
      if (!isRefusal(error as ChannelError)) throw error;
    }
    return requestSubsystem(client);
  };
  return { openChannel, isInitSent: () => isInitSent };
}

async function requestSubsystem(client: Client): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.subsys('sftp', (error, channel) => (error === undefined ? resolve(channel) : reject(error)));
  });
}

/** As ssh2 tells it: with a number (RFC 4254 section 5.1) where the server said so, and not where the connection ended. */
interface ChannelError extends Error {
  readonly reason?: unknown;
}

function isRefusal({ reason }: ChannelError): boolean {
  return typeof reason === 'number';
}

function signAtOnce(protocol: Ssh2Protocol): void {
  const authPK = protocol.authPK?.bind(protocol);
  if (authPK === undefined) return;
  protocol.authPK = (username, key, keyAlgorithm, sign) => {
    if (sign !== undefined || key.isPrivateKey?.() !== true) return authPK(username, key, keyAlgorithm, sign);
    authPK(username, key, keyAlgorithm, (request, done) => {
      const signature = key.sign(request, rsaHashes[keyAlgorithm ?? '']);
      if (signature instanceof Error) authPK(username, key, keyAlgorithm);
      else done(signature);
    });
  };
}

/** RFC 8332. Other keys have one hash only. */
const rsaHashes: Readonly<Record<string, string>> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' };

function sendWithSubsystem(protocol: Ssh2Protocol, bytes: Buffer, onSent: () => void): void {
  const subsystem = protocol.subsystem?.bind(protocol);
  const channelData = protocol.channelData?.bind(protocol);
  if (subsystem === undefined || channelData === undefined) return;
  protocol.subsystem = (channelId, name, wantReply) => {
    subsystem(channelId, name, wantReply);
    channelData(channelId, bytes);
    onSent();
  };
}

/** As soon as the server has told which signatures it takes, which it does unasked behind its keys (RFC 8308 section 2.4). */
function beginAtOnce({ _handlers: handlers }: Ssh2Protocol): void {
  const begin = handlers?.SERVICE_ACCEPT;
  const learn = handlers?.EXT_INFO;
  if (handlers === undefined || begin === undefined || learn === undefined) return;
  let isBegun = false;
  const beginOnce = (protocol: Ssh2Protocol, service: string) => {
    if (isBegun) return;
    isBegun = true;
    begin(protocol, service);
  };
  handlers.SERVICE_ACCEPT = beginOnce;
  handlers.EXT_INFO = (protocol, extensions) => {
    learn(protocol, extensions);
    beginOnce(protocol, 'ssh-userauth');
  };
}

/** The channel that was asked for behind the login that let us in; undefined where none was. */
type ChannelAhead = () => Promise<ClientChannel> | undefined;

/** Behind the first signature or password: where that is refused, the channel is asked for when another way has led in. */
function askBehindLogin(protocol: Ssh2Protocol, client: Client): ChannelAhead {
  const { _handlers: handlers } = protocol;
  const authPK = protocol.authPK?.bind(protocol);
  const authPassword = protocol.authPassword?.bind(protocol);
  const refuse = handlers?.USERAUTH_FAILURE;
  let channel: Promise<ClientChannel> | undefined;
  if (handlers === undefined || authPK === undefined || authPassword === undefined || refuse === undefined)
    return () => undefined;
  let isAsked = false;
  const ask = () => {
    if (isAsked) return;
    isAsked = true;
    channel = requestSubsystem(client);
    channel.catch(() => undefined);
  };
  protocol.authPK = (username, key, keyAlgorithm, sign) =>
    authPK(
      username,
      key,
      keyAlgorithm,
      sign &&
        ((request, done) =>
          sign(request, (signature) => {
            done(signature);
            ask();
          })),
    );
  protocol.authPassword = (...login) => {
    authPassword(...login);
    ask();
  };
  handlers.USERAUTH_FAILURE = (...refusal) => {
    channel = undefined;
    refuse(...refusal);
  };
  return () => channel;
}

function tellAnswer({ _handlers: handlers }: Ssh2Protocol, onAnswer: () => void): void {
  const accept = handlers?.SERVICE_ACCEPT;
  if (handlers === undefined || accept === undefined) return;
  handlers.SERVICE_ACCEPT = (protocol, service) => {
    onAnswer();
    accept(protocol, service);
  };
}
