/**
 * Requests with ids over one channel, replies in any order, a deadline on every request.
 *
 * The channel is always consumed: memory is bounded by what is asked for, never by pausing the reader (ssh2 drops data that
 * arrives once its window is spent). Requests made in one turn of the event loop leave as one channel write.
 *
 * Deadline: the oldest unanswered request must be answered within `requestTimeoutMs` of becoming the oldest. Each request
 * becomes the oldest in its turn, so none can hang for ever, and a slow line with many requests queued is no timeout. Of a reply that is on
 * its way each kB is worth a second more: where several connections share a slow line, one of 255 KiB takes minutes.
 */

import { messageOf } from '../../core/errors';
import type { ByteChannel } from './byte-channel';
import { SessionLostError, SftpStatusError, statusEof, statusOk } from './errors';
import { PacketReader } from './packet-reader';
import { parseReply, type Reply } from './reply';
import { ByteReader, initPacket, MalformedPacketError, packetType, readVersion } from './wire';

/** What comes more slowly than that does not count as coming. */
const leastBytesPerMs = 1;

type Version = ReturnType<typeof readVersion>;

export interface RequestOptions {
  readonly requestTimeoutMs: number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Gets each chunk when nobody holds anything of it any more. */
  readonly free?: ((chunk: Buffer) => void) | undefined;
}

/** Requests whose time is taken: none is answered sooner than in a round trip, and among so many one waited for nothing. */
const measuredRequests = 100;

interface Pending {
  /** Where its time is taken. */
  readonly sinceMs: number | undefined;
  readonly what: () => string;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

export class Requests {
  readonly #pending = new Map<number, Pending>();
  readonly #lossListeners: (() => void)[] = [];
  readonly #reader: PacketReader;
  #nextId = 1;
  #oldestSince = 0;
  #timer: NodeJS.Timeout | undefined;
  #unsent: Buffer[] = [];
  #lost: SessionLostError | undefined;
  #onVersion: ((body: Buffer) => void) | undefined;
  #roundTripMs: number | undefined;
  readonly #measureListeners: (() => void)[] = [];

  constructor(
    private readonly channel: ByteChannel,
    private readonly options: RequestOptions,
  ) {
    this.#reader = new PacketReader((type, body) => this.#receive(type, body));
    channel.on('data', (chunk) => {
      if (this.#lost !== undefined) return;
      try {
        this.#reader.push(chunk);
        options.free?.(chunk);
      } catch (error) {
        this.fail(`the server broke the SFTP protocol: ${messageOf(error)}`, error);
      }
    });
    channel.on('end', () => this.fail('the server closed the SFTP channel'));
    channel.on('close', () => this.fail('the server closed the SFTP channel'));
    channel.on('error', (error) => this.fail(`the SFTP channel failed: ${error.message}`, error));
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** The shortest time in which a request was answered; undefined before the first reply. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** Called once, with the first reply. Never where the session is lost before. */
  onMeasured(listener: () => void): void {
    if (this.#roundTripMs !== undefined) listener();
    else this.#measureListeners.push(listener);
  }

  /** Called once, when the session is lost or closed. */
  onLost(listener: () => void): void {
    if (this.#lost !== undefined) listener();
    else this.#lossListeners.push(listener);
  }

  /** The first request, which has no id, unless it was sent before. Resolves with what the server's VERSION says. */
  async init({ isSent }: { readonly isSent: boolean }): Promise<Version> {
    const version = await new Promise<Version>((resolve, reject) => {
      this.#onVersion = (body) => resolve(readVersion(new ByteReader(body)));
      this.#pending.set(0, { sinceMs: undefined, what: () => 'init', resolve: () => undefined, reject });
      this.#watch();
      if (!isSent) this.channel.write(initPacket());
    });
    this.#pending.delete(0);
    return version;
  }

  /** Resolves with the reply, a STATUS of OK or EOF too; rejects with SftpStatusError for any other STATUS, or with SessionLostError. */
  async ask(build: (id: number) => Buffer, what: () => string): Promise<Reply> {
    if (this.#lost !== undefined) throw this.#lost;
    const id = this.#nextId;
    this.#nextId = id === 0xffffffff ? 1 : id + 1;
    const reply = await new Promise<Reply>((resolve, reject) => {
      const sinceMs = id <= measuredRequests ? this.options.now() : undefined;
      this.#pending.set(id, { sinceMs, what, resolve, reject });
      if (this.#pending.size === 1) this.#watch();
      this.#send(build(id));
    });
    if (reply.type !== packetType.status) return reply;
    const { status, text } = parseReply(reply, packetType.status, (body) => ({
      status: body.uint32(),
      // Version 3 servers older than the draft leave the text out.
      text: body.remaining >= 4 ? body.string().toString() : '',
    }));
    if (status === statusOk || status === statusEof) return reply;
    throw new SftpStatusError(what(), status, text);
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
    if (pending.sinceMs !== undefined) this.#measure(this.options.now() - pending.sinceMs);
    pending.resolve({ type, body: reader, what: pending.what });
  }

  #measure(durationMs: number): void {
    this.#roundTripMs = Math.min(durationMs, this.#roundTripMs ?? durationMs);
    for (const listener of this.#measureListeners.splice(0)) listener();
  }

  get #comingMs(): number {
    return this.#reader.partialBytes / leastBytesPerMs;
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
        } else if (this.options.now() - this.#oldestSince > this.options.requestTimeoutMs + this.#comingMs) {
          this.fail(`the server did not answer "${oldest.what()}" within ${this.options.requestTimeoutMs / 1000} s`);
        }
      },
      Math.min(1000, this.options.requestTimeoutMs / 4),
    );
  }
}
