/**
 * An SFTP server that does what a test tells it: any names, any attributes, any replies, at any time. A real SSH connection (ssh2's
 * Server) with the SFTP packets made by hand, so that what no honest server sends can be sent.
 */
import { type Algorithms, type Connection, Server, utils } from 'ssh2';
import { fingerprintOf } from '../../provision/core/host-keys';
import { PacketReader } from '../../provision/pull/sftp/packet-reader';
import { type Attrs, ByteReader, packetType } from '../../provision/pull/sftp/wire';
import { generateKeyPair } from '../../scripts/demo/ssh-keys';
import { listen } from '../../scripts/listen-on-loopback';
import { attrs, packet, status, string, uint32 } from './sftp-bytes';

export interface ScriptedFile {
  readonly attrs: Partial<Attrs>;
  /** What READs give; shorter or longer than the attributes say where the test wants that. */
  readonly content: Buffer;
}

export interface ScriptedRequest {
  readonly type: number;
  readonly id: number;
  /** Of OPEN, OPENDIR, STAT, LSTAT; of a READ or READDIR, the path its handle was opened with. */
  readonly path: string;
  /** The very bytes, where the request has a path. */
  readonly pathBytes: Buffer;
  readonly offset: number;
  /** How many requests like this (type and path) came before. */
  readonly before: number;
  /** The connection it came on, counted from 0. */
  readonly connection: number;
}

/** `hang`: no answer. `disconnect`: the TCP connection is cut. A Buffer: sent in place of the answer. */
export type ScriptedReply = 'hang' | 'disconnect' | Buffer | undefined;

export interface ScriptedEntry {
  readonly filename: Buffer;
  readonly attrs: Partial<Attrs>;
  /** Default: `-`, which tells nothing. */
  readonly longname?: string;
}

export interface ScriptedOptions {
  /** By path. A directory's listing is made of the paths in it, and of `listings`. */
  readonly files: Record<string, ScriptedFile>;
  /** More entries of a directory's listing, with any name. */
  readonly listings?: Record<string, readonly ScriptedEntry[]>;
  readonly intercept?: (request: ScriptedRequest) => ScriptedReply;
  readonly ssh?: SshBehaviour;
}

/** What happens before the first SFTP packet, and beneath them. */
export interface SshBehaviour {
  /** Connections accepted at one time. */
  readonly maxConnections?: number;
  readonly algorithms?: Algorithms;
  /** Default: ed25519. */
  readonly hostKeyType?: 'rsa';
  /** Default: password. */
  readonly login?: 'password' | 'keyboard-interactive';
  readonly refusesChannels?: boolean;
  /** New keys after so many replies, once a connection. */
  readonly rekeyAfterReplies?: number;
}

export interface ScriptedServer {
  readonly port: number;
  readonly username: 'vendor';
  readonly password: 'scripted';
  readonly hostKeyFingerprint: string;
  readonly requests: readonly ScriptedRequest[];
  /** Connections made so far. */
  connections(): number;
  close(): Promise<void>;
}

const fileMode = 0o100644;
const directoryMode = 0o040755;

export function scriptedFile(content: Buffer | string, more: Partial<Attrs> = {}): ScriptedFile {
  const bytes = Buffer.from(content as string);
  return { content: bytes, attrs: { sizeBytes: bytes.length, mode: fileMode, mtimeSeconds: 1_500_000_000, ...more } };
}

export async function startScriptedSftp(options: ScriptedOptions): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = [];
  const server = await startPacketServer((connection) => responder(options, requests, connection), options.ssh);
  return { ...server, requests };
}

/** Answers one packet of one channel. */
export type Respond = (type: number, body: Buffer) => Buffer | 'hang' | 'disconnect';

/** Lets `serve` answer every packet after SSH is done. */
export async function startPacketServer(
  serve: (connection: number) => Respond,
  ssh: SshBehaviour = {},
): Promise<Omit<ScriptedServer, 'requests'>> {
  const hostKey = ssh.hostKeyType === 'rsa' ? generateRsaKeyPair() : generateKeyPair('host');
  const open = new Set<Connection>();
  let connections = 0;
  const algorithms = ssh.algorithms === undefined ? {} : { algorithms: ssh.algorithms };
  const server = new Server({ hostKeys: [hostKey.privateKey], ...algorithms }, (client) => {
    const connection = connections;
    connections += 1;
    open.add(client);
    client.on('close', () => open.delete(client));
    client.on('error', () => undefined);
    // Nagle's algorithm and delayed acknowledgements would cost 40 ms a round trip.
    (client as unknown as { setNoDelay(noDelay: boolean): void }).setNoDelay(true);
    if (open.size > (ssh.maxConnections ?? 100)) {
      cut(client);
      return;
    }
    client.on('authentication', (context) => {
      const login = ssh.login ?? 'password';
      if (context.method !== login) context.reject([login]);
      else if (context.method === 'password' && context.password === 'scripted') context.accept();
      else if (context.method === 'keyboard-interactive') {
        context.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) =>
          answer === 'scripted' ? context.accept() : context.reject(),
        );
      } else context.reject();
    });
    client.on('session', (accept, reject) => {
      if (ssh.refusesChannels === true) {
        reject();
        return;
      }
      const session = accept();
      session.on('subsystem', (acceptChannel) => {
        const channel = acceptChannel();
        const respond = serve(connection);
        let replies = 0;
        const reader = new PacketReader((type, body) => {
          const reply = respond(type, body);
          if (reply === 'disconnect') cut(client);
          else if (reply !== 'hang') channel.write(reply);
          replies += 1;
          if (replies === ssh.rekeyAfterReplies) client.rekey();
        });
        channel.on('data', (chunk: Buffer) => reader.push(chunk));
      });
    });
  });
  return {
    port: await listen(server),
    username: 'vendor',
    password: 'scripted',
    hostKeyFingerprint: hostKey.fingerprint,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        for (const client of open) cut(client);
        server.close(() => resolve());
      }),
  };
}

function generateRsaKeyPair(): { readonly privateKey: string; readonly fingerprint: string } {
  const pair = utils.generateKeyPairSync('rsa', { bits: 2048 });
  const blob = Buffer.from(pair.public.split(' ')[1] ?? '', 'base64');
  return { privateKey: pair.private, fingerprint: fingerprintOf(blob) };
}

/** Without a goodbye, as a failing network does. */
function cut(client: Connection): void {
  (client as unknown as { _sock: { destroy(): void } })._sock.destroy();
}

function responder(options: ScriptedOptions, requests: ScriptedRequest[], connection: number): Respond {
  const handles = new Map<string, { readonly path: string; isListed: boolean }>();
  return (type, body) => {
    if (type === packetType.init) return packet(packetType.version, uint32(3));
    const reader = new ByteReader(body);
    const id = reader.uint32();
    const argument = reader.string();
    const handle = handles.get(argument.toString());
    const path = handle?.path ?? argument.toString();
    const offset = type === packetType.read ? reader.uint64() : 0;
    const length = type === packetType.read ? reader.uint32() : 0;
    const before = requests.filter((request) => request.type === type && request.path === path).length;
    const request = { type, id, path, pathBytes: Buffer.from(argument), offset, before, connection };
    requests.push(request);
    const scripted = options.intercept?.(request);
    if (scripted !== undefined) return scripted;
    switch (type) {
      case packetType.open:
      case packetType.openDir: {
        if (type === packetType.open && options.files[path] === undefined) return status(id, 2);
        const name = `handle-${handles.size}`;
        handles.set(name, { path, isListed: false });
        return packet(packetType.handle, uint32(id), string(name));
      }
      case packetType.readDir: {
        if (handle === undefined || handle.isListed) return status(id, 1);
        handle.isListed = true;
        return namesReply(id, listingOf(options, path));
      }
      case packetType.read: {
        const data = options.files[path]?.content.subarray(offset, offset + Math.min(length, 32_768));
        return data === undefined || data.length === 0
          ? status(id, 1)
          : packet(packetType.data, uint32(id), string(data));
      }
      case packetType.stat:
      case packetType.lstat:
        return packet(
          packetType.attrs,
          uint32(id),
          attrs(options.files[path]?.attrs ?? { mode: directoryMode, mtimeSeconds: 1 }),
        );
      case packetType.realPath:
        return namesReply(id, [{ filename: argument, attrs: {} }]);
      default:
        return status(id, 0);
    }
  };
}

export function namesReply(id: number, entries: readonly ScriptedEntry[]): Buffer {
  const body = entries.flatMap((entry) => [string(entry.filename), string(entry.longname ?? '-'), attrs(entry.attrs)]);
  return packet(packetType.name, uint32(id), uint32(entries.length), ...body);
}

function listingOf(options: ScriptedOptions, path: string): readonly ScriptedEntry[] {
  const prefix = `${path}/`;
  const below = Object.keys(options.files).filter((file) => file.startsWith(prefix));
  const names = [...new Set(below.map((file) => file.slice(prefix.length).split('/')[0] ?? ''))];
  return [
    ...names.map((name) => ({
      filename: Buffer.from(name),
      attrs: options.files[`${prefix}${name}`]?.attrs ?? {
        sizeBytes: 0,
        mode: directoryMode,
        mtimeSeconds: 1_500_000_000,
      },
    })),
    ...(options.listings?.[path] ?? []),
  ];
}
