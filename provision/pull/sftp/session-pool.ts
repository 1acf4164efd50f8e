/**
 * Several SSH connections to one source. The first is opened by `start`, more while every open one is busy, up to the limit;
 * a lost one is replaced. A server that refuses an extra connection lowers the limit: it does not fail the run.
 */
import { messageOf, SluiceError } from '../../core/errors';
import { SessionLostError } from './errors';
import type { SftpSession } from './session';

export interface PoolOptions {
  readonly connect: () => Promise<SftpSession>;
  readonly maxConnections: number;
  /** Waits before another try to replace a lost connection; rejects when the run is stopped. */
  readonly sleep: (durationMs: number) => Promise<void>;
  readonly onChange?: (change: PoolChange) => void;
}

export type PoolChange =
  | { readonly kind: 'opened' | 'lost'; readonly connections: number }
  | { readonly kind: 'limited'; readonly connections: number; readonly reason: string };

/** Waits before each further try to reach the source when no connection is left: about two minutes in all. */
const reconnectDelaysMs = [500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000];

interface Member {
  readonly session: SftpSession;
  leases: number;
  /** Leases of work that a connection may be kept free for and of: see `UseOptions.progress`. */
  files: number;
  /** Kept for one piece of work alone. */
  isReserved: boolean;
}

export interface UseOptions {
  /** How far the work got. Work that tells it can be run alone on a connection. */
  readonly progress?: () => number;
}

export class SessionPool {
  readonly #members: Member[] = [];
  readonly #waiting: (() => void)[] = [];
  #opening: Promise<void> | undefined;
  #limit: number;
  #closed = false;

  constructor(private readonly options: PoolOptions) {
    this.#limit = options.maxConnections;
  }

  /** Opens the first connection. Rejects at once where the source cannot be reached: at the start that is a mistake to tell. */
  async start(): Promise<void> {
    this.#adopt(await this.options.connect());
  }

  /** Connections that may be open. */
  get limit(): number {
    return this.#limit;
  }

  /** Files that may be open at the server at one time, over all connections. */
  get openHandles(): number {
    return this.#limit * Math.min(...this.#members.map(({ session }) => session.openHandles), 1024);
  }

  /**
   * Runs `work` on the least busy connection. Where the connection is lost meanwhile, `work` runs again on another one; it must
   * bear that. After two losses without `progress` it runs on a connection of its own: some servers drop the connection over one
   * file, and whatever shared it would share the blame. After four it is given up.
   */
  async use<T>(work: (session: SftpSession) => Promise<T>, { progress }: UseOptions = {}): Promise<T> {
    let losses = 0;
    for (;;) {
      const before = progress?.() ?? 0;
      const isAlone = losses >= 2 && progress !== undefined;
      const isFile = progress !== undefined;
      const member = isAlone ? await this.#reserve() : await this.#lease(isFile);
      try {
        return await work(member.session);
      } catch (error) {
        losses = (progress?.() ?? 0) > before ? 1 : losses + 1;
        if (!(error instanceof SessionLostError) || losses === 4 || this.#closed) throw error;
      } finally {
        if (isAlone) member.isReserved = false;
        this.#release(member, isFile);
      }
    }
  }

  close(): void {
    this.#closed = true;
    this.#wakeAll();
    for (const { session } of [...this.#members]) session.fail('the run is over');
  }

  /** Counted before it returns: whoever looks next must see it. */
  async #lease(isFile: boolean): Promise<Member> {
    for (;;) {
      if (this.#closed) throw new SessionLostError('the run is over');
      const free = this.#members.filter((member) => !member.isReserved);
      const idlest = free.reduce<Member | undefined>(
        (best, member) => (best === undefined || member.leases < best.leases ? member : best),
        undefined,
      );
      if (idlest === undefined) {
        await (this.#members.length > 0 ? this.#changed() : this.#reconnect());
        continue;
      }
      if (idlest.leases > 0 && this.#members.length < this.#limit) this.#openAnother();
      idlest.leases += 1;
      if (isFile) idlest.files += 1;
      return idlest;
    }
  }

  /** A connection on which nothing but listings goes on besides. One at a time is reserved. */
  async #reserve(): Promise<Member> {
    for (;;) {
      while (this.#members.some((member) => member.isReserved)) await this.#changed();
      const member = await this.#lease(true);
      if (!this.#members.some(({ isReserved }) => isReserved)) {
        member.isReserved = true;
        while (member.files > 1 && !member.session.isLost) await this.#changed();
        if (!member.session.isLost) return member;
        member.isReserved = false;
      }
      this.#release(member, true);
    }
  }

  #release(member: Member, isFile: boolean): void {
    member.leases -= 1;
    if (isFile) member.files -= 1;
    this.#wakeAll();
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** In the background, one at a time: sshd's MaxStartups drops handshakes that come in a crowd. */
  #openAnother(): void {
    this.#opening ??= this.options
      .connect()
      .then(
        (session) => this.#adopt(session),
        (error: unknown) => {
          if (this.#closed) return;
          this.#limit = Math.max(1, this.#members.length);
          this.options.onChange?.({ kind: 'limited', connections: this.#limit, reason: messageOf(error) });
        },
      )
      .finally(() => {
        this.#opening = undefined;
      });
  }

  /** No connection is left: everybody waits for the same one. */
  #reconnect(): Promise<void> {
    this.#opening ??= this.#connectPatiently().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connectPatiently(): Promise<void> {
    for (const delayMs of [0, ...reconnectDelaysMs]) {
      if (delayMs > 0) await this.options.sleep(delayMs);
      try {
        this.#adopt(await this.options.connect());
        return;
      } catch (error) {
        const retryable = error instanceof SluiceError && error.retryable;
        if (!retryable || this.#closed || delayMs === reconnectDelaysMs[reconnectDelaysMs.length - 1]) throw error;
      }
    }
  }

  #adopt(session: SftpSession): void {
    if (this.#closed) {
      session.fail('the run is over');
      return;
    }
    const member: Member = { session, leases: 0, files: 0, isReserved: false };
    this.#members.push(member);
    this.options.onChange?.({ kind: 'opened', connections: this.#members.length });
    session.onLost(() => {
      this.#members.splice(this.#members.indexOf(member), 1);
      this.#wakeAll();
      if (!this.#closed) this.options.onChange?.({ kind: 'lost', connections: this.#members.length });
    });
  }
}
