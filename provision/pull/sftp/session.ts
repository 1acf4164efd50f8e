/**
 * One SFTP session, version 3 (draft-ietf-secsh-filexfer-02): its requests by name, and what the server says of its limits. How requests
 * travel is in `requests.ts`.
 */

import type { ByteChannel } from './byte-channel';
import { windowFor } from './channel-window';
import { type SessionLostError, whereWithheld } from './errors';
import { type Handle, type HandleKind, OpenHandles } from './open-handles';
import type { Pace } from './pace';
import { badReply, isEnd, parseReply, type Reply } from './reply';
import { type RequestOptions, Requests } from './requests';
import { bytesOf, type SourcePath, showPath } from './source-path';
import {
  type Attrs,
  makeDirectoryRequest,
  type NameEntry,
  openRequest,
  packetType,
  readAttrs,
  readLimits,
  readNames,
  readRequest,
  renameRequest,
  stringRequest,
} from './wire';

/** READ length every server must accept (draft, section 3: packets of 34,000 bytes). */
const defaultReadBytes = 32 * 1024;
/** OpenSSH's own limit; longer reads bring nothing. */
const mostReadBytes = 255 * 1024;
/** OpenSSH's internal-sftp and others allow about 100 at least where they state no limit. */
const defaultOpenHandles = 64;
/** Until a server that tells its limit has told it: a few may allow less than is usual. */
const cautiousOpenHandles = 16;

const noLimits = { maxReadBytes: 0, maxOpenHandles: 0 };

export interface SessionOptions extends RequestOptions {
  /** Waited for before each READ; one for all connections. */
  readonly pace?: Pace | undefined;
  /** How far the server's times are ahead of UTC. */
  readonly timeOffsetSeconds?: number;
}

export class SftpSession {
  readonly #requests: Requests;
  #readBytes = defaultReadBytes;
  #openHandles = defaultOpenHandles;
  readonly #open = new OpenHandles(() => this.#openHandles);

  private constructor(
    channel: ByteChannel,
    private readonly options: SessionOptions,
  ) {
    this.#requests = new Requests(channel, options);
    this.#requests.onLost(() => this.#open.end());
  }

  /**
   * Agrees on version 3, and asks for the server's limits where it offers to tell them: they are kept to from their reply on, which comes
   * before that to any later request. `isInitSent`: where INIT is on its way already.
   */
  static async start(
    channel: ByteChannel,
    options: SessionOptions & { readonly isInitSent?: boolean },
  ): Promise<SftpSession> {
    const session = new SftpSession(channel, options);
    const { version, extensions } = await session.#requests.init({ isSent: options.isInitSent === true });
    if (version !== 3) throw session.fail(`the server speaks SFTP version ${version}; version 3 is needed`);
    if (extensions.includes('limits@openssh.com')) session.#askLimits();
    return session;
  }

  /** Longest READ the server answers whole, as far as is known. */
  get readBytes(): number {
    return Math.min(this.#readBytes, this.options.pace?.mostBytes ?? Number.POSITIVE_INFINITY);
  }

  /** Handles that may be open at one time, for all that the server says, with room left for what it keeps itself. */
  get openHandles(): number {
    return this.#openHandles;
  }

  /** The shortest time in which the server answered; undefined before its first answer. */
  get roundTripMs(): number | undefined {
    return this.#requests.roundTripMs;
  }

  /** Called once, when the round trip is known. */
  onMeasured(listener: () => void): void {
    this.#requests.onMeasured(listener);
  }

  /** Bytes worth having on the way at one time. */
  get windowBytes(): number {
    return Math.min(windowFor(this.roundTripMs ?? 0), this.options.pace?.windowBytes ?? Number.POSITIVE_INFINITY);
  }

  /** Told of a READ answered short in the middle of a file: longer ones would only cost a round trip more each. */
  limitReads(lengthBytes: number): void {
    this.#readBytes = Math.min(this.#readBytes, Math.max(lengthBytes, defaultReadBytes));
  }

  get isLost(): boolean {
    return this.#requests.isLost;
  }

  /** Called once, when the session is lost or closed. */
  onLost(listener: () => void): void {
    this.#requests.onLost(listener);
  }

  /** Rejects everything pending and drops the channel. Returns the error, for `throw`. May run twice. */
  fail(message: string, cause?: unknown): SessionLostError {
    return this.#requests.fail(message, cause);
  }

  /** Follows symlinks. A server that lets nobody ask so (OpenSSH's with `-P stat`) is asked where the path leads, and what is there. */
  stat(path: SourcePath): Promise<Attrs> {
    const leadsTo = () => this.realPath(path).catch(() => path);
    return this.#stat(path).catch(whereWithheld(async () => this.lstat(await leadsTo())));
  }

  lstat(path: SourcePath): Promise<Attrs> {
    return this.#attrs(packetType.lstat, path, 'lstat');
  }

  /** As `lstat`; of a server that has none, or lets nobody use it (OpenSSH's with `-p` or `-P`), as `stat`. */
  look(path: SourcePath): Promise<Attrs> {
    return this.lstat(path).catch(whereWithheld(() => this.#stat(path)));
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
    const bytes = bytesOf(path);
    await this.#requests.ask(
      (id) => makeDirectoryRequest(id, bytes),
      () => `mkdir ${showPath(path)}`,
    );
  }

  /** Fails where `to` exists (draft, section 6.5). */
  async rename(from: SourcePath, to: SourcePath): Promise<void> {
    const paths = [bytesOf(from), bytesOf(to)] as const;
    await this.#requests.ask(
      (id) => renameRequest(id, ...paths),
      () => `rename ${showPath(from)} to ${showPath(to)}`,
    );
  }

  /** Waits where the server has as much open as it bears; so does `openDirectory`. */
  openFile(path: SourcePath): Promise<Handle> {
    const bytes = bytesOf(path);
    return this.#handle('file', () =>
      this.#requests.ask(
        (id) => openRequest(id, bytes),
        () => `open ${showPath(path)}`,
      ),
    );
  }

  /** Whether `openDirectory` would wait. */
  get isListingFull(): boolean {
    return !this.#open.hasRoomFor('listing');
  }

  openDirectory(path: SourcePath): Promise<Handle> {
    return this.#handle('listing', () => this.#path(packetType.openDir, path, 'opendir'));
  }

  /** The next names of a listing, `.` and `..` among them; undefined at its end. */
  async readDirectory(handle: Handle): Promise<readonly NameEntry[] | undefined> {
    const reply = await this.#requests.ask(
      (id) => stringRequest(packetType.readDir, id, handle),
      () => 'readdir',
    );
    if (isEnd(reply)) return undefined;
    const names = parseReply(reply, packetType.name, readNames);
    if ((this.options.timeOffsetSeconds ?? 0) === 0) return names;
    return names.map(({ filename, attrs }) => ({ filename, attrs: this.#corrected(attrs) }));
  }

  /** Up to `length` bytes from `offset`, fewer where the server pleases; undefined at or past the end of the file. */
  async read(handle: Handle, offset: number, length: number): Promise<Buffer | undefined> {
    if (this.options.pace !== undefined) await this.options.pace.take(length);
    const reply = await this.#requests.ask(
      (id) => readRequest(id, handle, { offset, length }),
      () => `read at ${offset}`,
    );
    if (isEnd(reply)) return undefined;
    const data = parseReply(reply, packetType.data, (body) => body.string());
    // So some servers tell the end of a file. Where it is none, the number of bytes shows it.
    if (data.length === 0) return undefined;
    if (data.length > length) throw this.fail(`the server answered a READ of ${length} bytes with ${data.length}`);
    return data;
  }

  /** Need not be awaited: errors of CLOSE are of no interest to a reader; a lost session is seen by the next request. */
  async close(handle: Handle): Promise<void> {
    // At once: a server closes before it opens what is asked for later.
    this.#open.close(handle);
    await this.#requests
      .ask(
        (id) => stringRequest(packetType.close, id, handle),
        () => 'close',
      )
      .catch(() => undefined);
  }

  /** A server that does not tell has the usual ones. */
  #askLimits(): void {
    const name = Buffer.from('limits@openssh.com');
    this.#openHandles = cautiousOpenHandles;
    const take = (reply: Reply | undefined) => {
      const isTold = reply?.type === packetType.extendedReply;
      const { maxReadBytes, maxOpenHandles } = isTold ? readLimits(reply.body) : noLimits;
      if (maxReadBytes > 0) this.#readBytes = Math.min(maxReadBytes, mostReadBytes);
      this.#openHandles = maxOpenHandles > 0 ? Math.max(1, Math.floor(maxOpenHandles * 0.8)) : defaultOpenHandles;
      this.#open.serve();
    };
    this.#requests
      .ask(
        (id) => stringRequest(packetType.extended, id, name),
        () => 'limits',
      )
      .catch(() => undefined)
      .then(take)
      .catch(() => undefined);
  }

  #handle(kind: HandleKind, open: () => Promise<Reply>): Promise<Handle> {
    return this.#open.open(kind, async () => {
      // Copied: the reply is a view of a buffer that the transport may use again.
      return Buffer.from(parseReply(await open(), packetType.handle, (body) => body.string()));
    });
  }

  #stat(path: SourcePath): Promise<Attrs> {
    return this.#attrs(packetType.stat, path, 'stat');
  }

  async #attrs(type: number, path: SourcePath, verb: string): Promise<Attrs> {
    return this.#corrected(parseReply(await this.#path(type, path, verb), packetType.attrs, readAttrs));
  }

  async #name(type: number, path: SourcePath, verb: string): Promise<Buffer> {
    const [first] = parseReply(await this.#path(type, path, verb), packetType.name, readNames);
    if (first !== undefined) return Buffer.from(first.filename);
    throw badReply(`the server answered "${verb} ${showPath(path)}" with no name`);
  }

  #path(type: number, path: SourcePath, verb: string): Promise<Reply> {
    const bytes = bytesOf(path);
    return this.#requests.ask(
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
}
