/**
 * One SFTP session over one channel: requests with ids, replies in any order, a deadline on every request.
 *
 * The channel is always consumed: memory is bounded by what is asked for, never by pausing the reader (ssh2 drops data that
 * arrives once its window is spent). Requests made in one turn of the event loop leave as one channel write.
 *
 * Deadline: the oldest unanswered request must be answered within `requestTimeoutMs` of becoming the oldest. Each request
 * becomes the oldest in its turn, so none can hang for ever, and a slow line with many requests queued is no timeout.
 */

import { messageOf, SluiceError } from '../../core/errors';
import type { ByteChannel } from './byte-channel';
import { windowFor } from './channel-window';
import { SessionLostError, SftpStatusError, statusEof, statusOk } from './errors';
import type { Pace } from './pace';
import { PacketReader } from './packet-reader';
import { ReplyBuffers } from './reply-buffers';
import { type SourcePath, showPath } from './source-path';
import {
  type Attrs,
  ByteReader,
  initPacket,
  MalformedPacketError,
  makeDirectoryRequest,
  type NameEntry,
  openRequest,
  packetType,
  readAttrs,
  readLimits,
  readNames,
  readRequest,
  readVersion,
  renameRequest,
  stringRequest,
} from './wire';

/** READ length every server must accept (draft, section 3: packets of 34,000 bytes). */
const defaultReadBytes = 32 * 1024;
/** OpenSSH's own limit; longer reads bring nothing. */
const mostReadBytes = 255 * 1024;
/** OpenSSH's internal-sftp and others allow about 100 at least where they state no limit. */
const defaultOpenHandles = 64;

/** A server's handle: opaque bytes. */
export type Handle = Buffer;

export interface SessionOptions {
  readonly requestTimeoutMs: number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Waited for before each READ; one for all connections. */
  readonly pace?: Pace | undefined;
  /** How far the server's times are ahead of UTC. */
  readonly timeOffsetSeconds?: number;
}

interface Pending {
  readonly what: () => string;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

interface Reply {
  readonly type: number;
  readonly body: ByteReader;
}

export class SftpSession {
  readonly #pending = new Map<number, Pending>();
  readonly #buffers = new ReplyBuffers();
  readonly #lossListeners: (() => void)[] = [];
  #nextId = 1;
  #oldestSince = 0;
  #timer: NodeJS.Timeout | undefined;
  #unsent: Buffer[] = [];
  #lost: SessionLostError | undefined;
  #onVersion: ((body: Buffer) => void) | undefined;
  #readBytes = defaultReadBytes;
  #openHandles = defaultOpenHandles;
  #roundTripMs = 0;

  private constructor(
    private readonly channel: ByteChannel,
    private readonly options: SessionOptions,
  ) {
    const reader = new PacketReader((type, body) => this.#receive(type, body), this.#buffers);
    channel.on('data', (chunk) => {
      if (this.#lost !== undefined) return;
      try {
        reader.push(chunk);
      } catch (error) {
        this.fail(`the server broke the SFTP protocol: ${messageOf(error)}`, error);
      }
    });
    channel.on('end', () => this.fail('the server closed the SFTP channel'));
    channel.on('close', () => this.fail('the server closed the SFTP channel'));
    channel.on('error', (error) => this.fail(`the SFTP channel failed: ${error.message}`, error));
  }

  /** Agrees on version 3 and asks for the server's limits where it offers to tell them. */
  static async start(channel: ByteChannel, options: SessionOptions): Promise<SftpSession> {
    const session = new SftpSession(channel, options);
    const { now } = options;
    let asked = now();
    const extensions = await session.#handshake();
    session.#roundTripMs = now() - asked;
    if (extensions.includes('limits@openssh.com')) {
      asked = now();
      await session.#askLimits();
      // The first answer may have waited for the subsystem's start.
      session.#roundTripMs = Math.min(session.#roundTripMs, now() - asked);
    }
    return session;
  }

  /** Longest READ the server answers whole, as far as is known. */
  get readBytes(): number {
    return Math.min(this.#readBytes, this.options.pace?.mostBytes ?? Number.POSITIVE_INFINITY);
  }

  /** Handles that may be open at one time, with room left for what the server itself keeps. */
  get openHandles(): number {
    return this.#openHandles;
  }

  /** How long the server took to answer when the session began. */
  get roundTripMs(): number {
    return this.#roundTripMs;
  }

  /** Bytes worth having on the way at one time. */
  get windowBytes(): number {
    return Math.min(windowFor(this.#roundTripMs), this.options.pace?.windowBytes ?? Number.POSITIVE_INFINITY);
  }

  /** Told of a READ answered short in the middle of a file: longer ones would only cost a round trip more each. */
  limitReads(lengthBytes: number): void {
    this.#readBytes = Math.min(this.#readBytes, Math.max(lengthBytes, defaultReadBytes));
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** Called once, when the session is lost or closed. */
  onLost(listener: () => void): void {
    if (this.#lost !== undefined) listener();
    else this.#lossListeners.push(listener);
  }

  /** Follows symlinks. */
  stat(path: SourcePath): Promise<Attrs> {
    return this.#attrs(packetType.stat, path, 'stat');
  }

  lstat(path: SourcePath): Promise<Attrs> {
    return this.#attrs(packetType.lstat, path, 'lstat');
  }

  /** What a symbolic link says. */
  readLink(path: SourcePath): Promise<Buffer> {
    return this.#name(packetType.readLink, path, 'readlink');
  }

  /** The path without links, as the server sees it. */
  realPath(path: SourcePath): Promise<Buffer> {
    return this.#name(packetType.realPath, path, 'realpath');
  }

  async removeFile(path: SourcePath): Promise<void> {
    await this.#path(packetType.remove, path, 'remove');
  }

  async makeDirectory(path: SourcePath): Promise<void> {
    const bytes = Buffer.from(path as Buffer);
    await this.#request(
      (id) => makeDirectoryRequest(id, bytes),
      () => `mkdir ${showPath(path)}`,
    );
  }

  /** Fails where `to` exists (draft, section 6.5). */
  async rename(from: SourcePath, to: SourcePath): Promise<void> {
    const paths = [Buffer.from(from as Buffer), Buffer.from(to as Buffer)] as const;
    await this.#request(
      (id) => renameRequest(id, ...paths),
      () => `rename ${showPath(from)} to ${showPath(to)}`,
    );
  }

  async openFile(path: SourcePath): Promise<Handle> {
    const bytes = Buffer.from(path as Buffer);
    const reply = await this.#request(
      (id) => openRequest(id, bytes),
      () => `open ${showPath(path)}`,
    );
    return expectHandle(reply);
  }

  async openDirectory(path: SourcePath): Promise<Handle> {
    return expectHandle(await this.#path(packetType.openDir, path, 'opendir'));
  }

  /** The next names of a listing, `.` and `..` among them; undefined at its end. */
  async readDirectory(handle: Handle): Promise<readonly NameEntry[] | undefined> {
    const reply = await this.#request(
      (id) => stringRequest(packetType.readDir, id, handle),
      () => 'readdir',
    );
    if (reply === undefined) return undefined;
    const names = readNames(expectType(reply, packetType.name));
    if ((this.options.timeOffsetSeconds ?? 0) === 0) return names;
    return names.map(({ filename, attrs }) => ({ filename, attrs: this.#corrected(attrs) }));
  }

  /** Up to `length` bytes from `offset`, fewer where the server pleases; undefined at or past the end of the file. */
  async read(handle: Handle, offset: number, length: number): Promise<Buffer | undefined> {
    if (this.options.pace !== undefined) await this.options.pace.take(length);
    const reply = await this.#request(
      (id) => readRequest(id, handle, { offset, length }),
      () => `read at ${offset}`,
    );
    if (reply === undefined) return undefined;
    const data = expectType(reply, packetType.data).string();
    if (data.length === 0) throw this.fail('the server answered a READ with no bytes and no end of file');
    if (data.length > length) throw this.fail(`the server answered a READ of ${length} bytes with ${data.length}`);
    return data;
  }

  /** Takes back what `read` gave, when nobody looks at it any more. */
  recycle(data: Buffer): void {
    this.#buffers.give(data);
  }

  /** Need not be awaited: errors of CLOSE are of no interest to a reader; a lost session is seen by the next request. */
  async close(handle: Handle): Promise<void> {
    await this.#request(
      (id) => stringRequest(packetType.close, id, handle),
      () => 'close',
    ).catch(() => undefined);
  }

  /** Rejects everything pending and drops the channel. Returns the error, for `throw`. May run twice. */
  fail(message: string, cause?: unknown): SessionLostError {
    if (this.#lost !== undefined) return this.#lost;
    const error = new SessionLostError(message, cause);
    this.#lost = error;
    clearTimeout(this.#timer);
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
    this.channel.destroy();
    for (const listener of this.#lossListeners) listener();
    return error;
  }

  async #handshake(): Promise<readonly string[]> {
    const { version, extensions } = await new Promise<ReturnType<typeof readVersion>>((resolve, reject) => {
      this.#onVersion = (body) => resolve(readVersion(new ByteReader(body)));
      this.#pending.set(0, { what: () => 'init', resolve: () => undefined, reject });
      this.#watch();
      this.channel.write(initPacket());
    });
    this.#pending.delete(0);
    if (version === 3) return extensions;
    throw this.fail(`the server speaks SFTP version ${version}; version 3 is needed`);
  }

  async #askLimits(): Promise<void> {
    const name = Buffer.from('limits@openssh.com');
    const reply = await this.#request(
      (id) => stringRequest(packetType.extended, id, name),
      () => 'limits',
    );
    if (reply?.type !== packetType.extendedReply) return;
    const limits = readLimits(reply.body);
    if (limits.maxReadBytes > 0) this.#readBytes = Math.min(limits.maxReadBytes, mostReadBytes);
    if (limits.maxOpenHandles > 0) this.#openHandles = Math.max(1, Math.floor(limits.maxOpenHandles * 0.8));
  }

  async #attrs(type: number, path: SourcePath, verb: string): Promise<Attrs> {
    return this.#corrected(readAttrs(expectType(await this.#path(type, path, verb), packetType.attrs)));
  }

  async #name(type: number, path: SourcePath, verb: string): Promise<Buffer> {
    const [first] = readNames(expectType(await this.#path(type, path, verb), packetType.name));
    if (first !== undefined) return Buffer.from(first.filename);
    throw new SluiceError(`the server answered "${verb} ${showPath(path)}" with no name`, { code: 'SFTP_BAD_REPLY' });
  }

  #path(type: number, path: SourcePath, verb: string): Promise<Reply | undefined> {
    const bytes = Buffer.from(path as Buffer);
    return this.#request(
      (id) => stringRequest(type, id, bytes),
      () => `${verb} ${showPath(path)}`,
    );
  }

  /** Times as they would be from a server whose clock is right. */
  #corrected(attrs: Attrs): Attrs {
    const { timeOffsetSeconds = 0 } = this.options;
    if (timeOffsetSeconds === 0 || attrs.mtimeSeconds === undefined) return attrs;
    return { ...attrs, mtimeSeconds: Math.max(0, attrs.mtimeSeconds - timeOffsetSeconds) };
  }

  /** Resolves with the reply, or undefined for a STATUS of OK or EOF; rejects with SftpStatusError or SessionLostError. */
  async #request(build: (id: number) => Buffer, what: () => string): Promise<Reply | undefined> {
    if (this.#lost !== undefined) throw this.#lost;
    const id = this.#nextId;
    this.#nextId = id === 0xffffffff ? 1 : id + 1;
    const reply = await new Promise<Reply>((resolve, reject) => {
      this.#pending.set(id, { what, resolve, reject });
      if (this.#pending.size === 1) this.#watch();
      this.#send(build(id));
    });
    if (reply.type !== packetType.status) return reply;
    const status = reply.body.uint32();
    if (status === statusOk || status === statusEof) return undefined;
    // Version 3 servers older than the draft leave the text out.
    const text = reply.body.remaining >= 4 ? reply.body.string().toString() : '';
    throw new SftpStatusError(what(), status, text);
  }

  #send(packet: Buffer): void {
    this.#unsent.push(packet);
    if (this.#unsent.length > 1) return;
    setImmediate(() => {
      const packets = this.#unsent;
      this.#unsent = [];
      if (this.#lost === undefined)
        this.channel.write(packets.length === 1 ? (packets[0] as Buffer) : Buffer.concat(packets));
    });
  }

  #receive(type: number, body: Buffer): void {
    if (type === packetType.version) {
      this.#onVersion?.(body);
      return;
    }
    const reader = new ByteReader(body);
    const id = reader.uint32();
    const pending = this.#pending.get(id);
    if (pending === undefined || id === 0) throw new MalformedPacketError(`a reply to no request (id ${id})`);
    const wasOldest = this.#pending.keys().next().value === id;
    this.#pending.delete(id);
    if (wasOldest) this.#oldestSince = this.options.now();
    pending.resolve({ type, body: reader });
  }

  #watch(): void {
    this.#oldestSince = this.options.now();
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(
      () => {
        const oldest = this.#pending.values().next().value;
        if (oldest === undefined) {
          clearInterval(this.#timer);
          this.#timer = undefined;
        } else if (this.options.now() - this.#oldestSince > this.options.requestTimeoutMs) {
          this.fail(`the server did not answer "${oldest.what()}" within ${this.options.requestTimeoutMs / 1000} s`);
        }
      },
      Math.min(1000, this.options.requestTimeoutMs / 4),
    );
  }
}

function expectType(reply: Reply | undefined, type: number): ByteReader {
  if (reply?.type === type) return reply.body;
  const got = reply === undefined ? 'STATUS' : `type ${reply.type}`;
  throw new SluiceError(`the server answered with ${got} where type ${type} was due`, { code: 'SFTP_BAD_REPLY' });
}

/** Copied: the reply is a view of a buffer that the transport may use again. */
function expectHandle(reply: Reply | undefined): Handle {
  return Buffer.from(expectType(reply, packetType.handle).string());
}
