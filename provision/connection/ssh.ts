/**
 * The transport over SSH: node-ssh for the session, its ssh2 client for everything after.
 *
 * node-ssh's own `execCommand` resolves `{code: null}` when the connection is lost and decodes output chunk by chunk, which
 * breaks UTF-8; there is one exec path here instead, which collects bytes and treats a missing exit status as a lost
 * transport. The host key is always verified: there is no way to connect without a policy.
 */
import { connect } from 'node:net';
import { constants } from 'node:os';
import { type Duplex, Readable, type Writable } from 'node:stream';
import { NodeSSH } from 'node-ssh';
import type { Client, ClientChannel } from 'ssh2';
import { unknownCallerCode } from '../core/aws-credentials';
import { messageOf, SluiceError } from '../core/errors';
import { greetingGate } from '../core/greeting';
import { hostVerifier } from '../core/host-keys';
import { urlHost } from '../core/url-host';
import { channelRefusedCode, withChannelLimit } from './channel-limit';
import type { ExecOptions, ExecResult } from './connection';
import { ConnectionLost } from './connection-lost';
import { execInterrupted, execTimedOut, watchdog } from './exec-limits';
import type { HostKeyPolicy } from './host-key-policy';
import { authMethods, type Identity } from './login';
import type { Transport } from './shell-connection';

export interface SshTarget {
  /** The host's name in reports. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly username: string;
  readonly hostKey: HostKeyPolicy;
  /** What to log in with, in this order. */
  readonly identities: readonly Identity[];
  /** Opens what carries the session in place of a TCP connection of its own: a jump host's channel, a program. */
  readonly socket?: () => Promise<Duplex>;
}

/** Rejects with a SluiceError of kind `unreachable`, or of kind `config` where the private key cannot be used. */
export async function sshTransport(target: SshTarget): Promise<Transport> {
  const client = await sshClient(target);
  let lostBecause: Error | undefined;
  let closed = false;
  // For life: an `error` without a listener would end the process. What is running learns of it from `close`.
  client.on('error', (error) => {
    lostBecause = error;
  });
  client.once('close', () => {
    closed = true;
  });
  const session: Session = { client, host: target.name, isClosed: () => closed, cause: () => lostBecause };
  return withChannelLimit({
    host: target.name,
    run: (commandLine, options) => run(session, commandLine, options),
    close: async () => {
      if (!closed) await closeClient(client);
    },
  });
}

/** An authenticated session with a verified host; rejects as `sshTransport` does. The caller listens for its errors. */
export async function sshClient(target: SshTarget): Promise<Client> {
  const verifier = hostVerifier(target.hostKey.decide);
  const authHandler = authMethods(target.username, target.identities);
  // From the first packet on: with Nagle's algorithm a login waits for several delayed acknowledgements, of 40 ms each.
  const sock = (await target.socket?.()) ?? connect({ host: target.address, port: target.port, noDelay: true });
  joinGreeting(sock);
  const session = new NodeSSH();
  try {
    await session.connect({
      sock: sock as unknown as Readable,
      authHandler,
      username: target.username,
      hostVerifier: verifier.verify,
      algorithms: { serverHostKey: [...target.hostKey.algorithms] },
      readyTimeout: 20_000,
      keepaliveInterval: 15_000,
      keepaliveCountMax: 3,
    });
  } catch (error) {
    session.dispose();
    sock.destroy();
    throw verifier.refusal() ?? connectFailure(target, error);
  }
  const client = session.connection;
  if (client === null) throw new ConnectionLost(target.name, false);
  // Every running command listens for the end of the connection.
  client.setMaxListeners(0);
  return client;
}

/** In the place of its readers: they come later, and are ssh2's. */
function joinGreeting(sock: Duplex): void {
  const mayHandOn = greetingGate();
  const emit = sock.emit.bind(sock) as (event: string | symbol, ...args: unknown[]) => boolean;
  let kept: Buffer | undefined;
  sock.emit = ((event: string | symbol, ...args: unknown[]) => {
    if (event !== 'data') return emit(event, ...args);
    const chunk = args[0] as Buffer;
    const received = kept === undefined ? chunk : Buffer.concat([kept, chunk]);
    const isWhole = mayHandOn(received);
    kept = isWhole ? undefined : received;
    return isWhole ? emit('data', received) : true;
  }) as Duplex['emit'];
}

interface Session {
  readonly client: Client;
  readonly host: string;
  readonly isClosed: () => boolean;
  readonly cause: () => Error | undefined;
}

function run(session: Session, commandLine: string, options: ExecOptions): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    const { client, host } = session;
    if (session.isClosed()) return reject(new ConnectionLost(host, false, session.cause()));
    if (options.signal?.aborted === true) return reject(execInterrupted(host));
    let channel: ClientChannel | undefined;
    let isSettled = false;
    const settle = (outcome: ExecResult | Error) => {
      isSettled = true;
      stopWatching();
      client.removeListener('close', onClientClose);
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    };
    const giveUp = (error: Error) => {
      settle(error);
      channel?.close();
    };
    const onClientClose = () => settle(new ConnectionLost(host, true, session.cause()));
    const stopWatching = watchdog(options, {
      onTimeout: (timeoutMs) => giveUp(execTimedOut(host, timeoutMs)),
      onAbort: () => giveUp(execInterrupted(host)),
    });
    client.once('close', onClientClose);
    if (options.stdin instanceof Readable) options.stdin.on('error', giveUp);
    try {
      client.exec(commandLine, (error, opened) => {
        if (error !== undefined) return settle(execRefused(session, error));
        if (isSettled) return dismiss(opened);
        channel = opened;
        collect(opened, options.stdout, (result) => settle(result ?? new ConnectionLost(host, true, session.cause())));
        feed(opened, options.stdin);
      });
    } catch (error) {
      settle(new ConnectionLost(host, false, error));
    }
  });
}

/** Calls back once, when the channel is closed, with nothing where no exit status came. */
function collect(
  channel: ClientChannel,
  out: Writable | undefined,
  done: (result: ExecResult | undefined) => void,
): void {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let exitCode: number | undefined;
  if (out === undefined) channel.on('data', (chunk: Buffer) => stdout.push(chunk));
  else channel.pipe(out);
  channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  channel.on('exit', (code: number | null, signal?: string) => {
    exitCode = code ?? 128 + signalNumber(signal);
  });
  channel.on('error', () => {});
  channel.on('close', () => {
    if (exitCode === undefined) return done(undefined);
    done({ exitCode, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() });
  });
}

/** Of a command that was given up before its channel was open: it is begun by then, and gets no input. */
function dismiss(channel: ClientChannel): void {
  channel.on('error', () => {});
  channel.resume();
  channel.stderr.resume();
  channel.close();
}

function feed(channel: ClientChannel, stdin: Buffer | Readable | undefined): void {
  if (stdin instanceof Readable) stdin.pipe(channel);
  else channel.end(stdin);
}

function signalNumber(signal: string | undefined): number {
  const name = `SIG${(signal ?? 'KILL').replace(/^SIG/, '')}`;
  return (constants.signals as Record<string, number>)[name] ?? constants.signals.SIGKILL;
}

/** Says goodbye; a host that does not answer it within 2 s is left. */
export function closeClient(client: Client): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      client.destroy();
      resolve();
    }, 2_000);
    client.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    client.end();
  });
}

/** ssh2 gives the server's reason (RFC 4254 section 5.1) where it refuses to open a channel: nothing was run then. */
function execRefused({ host, isClosed }: Session, error: Error): SluiceError {
  const isRefused = (error as { reason?: unknown }).reason !== undefined;
  if (isClosed() || !isRefused) return new ConnectionLost(host, !isRefused, error);
  return new SluiceError(`${host} opens no more sessions on this connection: ${messageOf(error)}`, {
    code: channelRefusedCode,
    kind: 'unreachable',
    hint: 'its sshd_config says how many it allows: MaxSessions, 10 by default',
    cause: error,
  });
}

function connectFailure(target: SshTarget, error: unknown): SluiceError {
  if (error instanceof SluiceError && error.code === unknownCallerCode) return error;
  const level = (error as { level?: string }).level;
  const where = `${target.name} (${target.username}@${urlHost(target.address)}:${target.port})`;
  const detail = messageOf(error);
  if (level === 'client-authentication')
    return new SluiceError(`${where} refuses the login`, {
      code: 'SSH_AUTH_REFUSED',
      kind: 'unreachable',
      hint: 'give the private key that belongs to the host.ssh.publicKey that the host was created with: --identity FILE, host.ssh.identityFile, or an ssh-agent',
      cause: error,
    });
  return new SluiceError(`${where} cannot be reached: ${detail}`, {
    code: 'SSH_UNREACHABLE',
    kind: 'unreachable',
    retryable: true,
    hint: 'is the instance running, and does network.operatorCidrs hold the address you come from?',
    cause: error,
  });
}
