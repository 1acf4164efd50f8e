/**
 * Several SSH connections to one source. The first is opened by `start`, more while every open one is busy and more would help, up to the limit;
 * a lost one is replaced. A server that refuses an extra connection lowers the limit (`connection-limit.ts`): it does not fail the run.
 */
import { messageOf, SluiceError } from '../../core/errors';
import type { ConnectOptions } from './connect';
import { ConnectionLimit } from './connection-limit';
import { SessionLostError } from './errors';
import type { SftpSession } from './session';
import { spareTime } from './spare-time';

export interface PoolOptions {
  /** Rejects soon when it is aborted. */
  readonly connect: (signal: AbortSignal, options?: Pick<ConnectOptions, 'onLogin'>) => Promise<SftpSession>;
  readonly maxConnections: number;
  /** Waits before another try to replace a lost connection; rejects when the run is stopped. */
  readonly sleep: (durationMs: number) => Promise<void>;
  /** Milliseconds, from any moment on. */
  readonly now: () => number;
  readonly onChange?: (change: PoolChange) => void;
  /** For servers that bear one file or listing open: work waits for its turn. Work must not ask for more work. */
  readonly oneAtATime?: boolean;
  /** See `spareTime`. */
  readonly hasTime?: () => boolean;
}

export type PoolChange =
  | { readonly kind: 'opened' | 'lost'; readonly connections: number }
  | { readonly kind: 'limited'; readonly connections: number; readonly reason: string };

/** Waits before each further try to reach the source when no connection is left: about two minutes in all. */
const reconnectDelaysMs = [500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000];

const handshakesAtOnce = 4;
const nearMs = 3;
const farMs = 20;
const connectionsAtOnceWhenFar = 4;
/** More on one connection bring nothing, whatever the server allows. */
const mostFilesOpen = 1024;

interface Member {
  readonly session: SftpSession;
  leases: number;
  /** Leases of work on files: see `UseOptions.isFile`. */
  files: number;
  /** Kept for one piece of work alone. */
  isReserved: boolean;
}

/** A connection for more of a file that is open on another one already. `release` it. */
export interface Loan {
  readonly session: SftpSession;
  release(): void;
}

export interface UseOptions {
  /** How far the work got: losses count from there. */
  readonly progress?: () => number;
  /** Work on a file: a connection may be kept free for it and of it. */
  readonly isFile?: boolean;
}

export class SessionPool {
  readonly #members: Member[] = [];
  readonly #waiting: (() => void)[] = [];
  /** Handshakes under way that add a connection to others. */
  #adding = 0;
  #reconnecting: Promise<void> | undefined;
  /** Times that the source was reached again after no connection was left. */
  #outages = 0;
  readonly #limit: ConnectionLimit;
  readonly #end = new AbortController();
  /** The last of those who wait for their turn, where there is one at a time. */
  #line: Promise<void> = Promise.resolve();
  readonly #hasTime: () => boolean;

  constructor(private readonly options: PoolOptions) {
    this.#limit = new ConnectionLimit(options.maxConnections, options.now);
    this.#hasTime = options.hasTime ?? spareTime();
  }

  /** Opens the first connection. Rejects at once where the source cannot be reached: at the start that is a mistake to tell. */
  async start(): Promise<void> {
    this.#adding += 1;
    try {
      this.#adopt(await this.options.connect(this.#end.signal, { onLogin: (ms) => this.#openEarly(ms) }));
    } catch (error) {
      this.close();
      throw error;
    } finally {
      this.#adding -= 1;
    }
  }

  /** Far away a connection takes a second to come up and is sure to be of use: a few are under way while the first one gets ready and lists. */
  #openEarly(roundTripMs: number): void {
    if (roundTripMs < farMs) return;
    for (let more = 1; more < connectionsAtOnceWhenFar; more += 1) this.#openAnother();
  }

  get #isOver(): boolean {
    return this.#end.signal.aborted;
  }

  /** Whether work has to end before other work begins. */
  get isOneAtATime(): boolean {
    return this.options.oneAtATime === true;
  }

  /** Files that may be open at the server at one time, over the connections that are open. */
  get openHandles(): number {
    return this.#members.reduce((sum, { session }) => sum + Math.min(session.openHandles, mostFilesOpen), 0);
  }

  /** The shortest time in which the server answered on a connection that is open. */
  get roundTripMs(): number | undefined {
    const known = this.#members.flatMap(({ session }) => session.roundTripMs ?? []);
    return known.length === 0 ? undefined : Math.min(...known);
  }

  /** Bytes worth having on the way at one time, over the connections that are open. */
  get windowBytes(): number {
    return this.#members.reduce((sum, { session }) => sum + session.windowBytes, 0);
  }

  /** A connection with no file on it; undefined where there is none (one more is opened then, if it may be). */
  borrow(): Loan | undefined {
    if (this.options.oneAtATime === true) return undefined;
    if (this.#members.some(({ isReserved }) => isReserved)) return undefined;
    const member = this.#members.find(({ files }) => files === 0);
    if (member === undefined) {
      this.#openAnother();
      return undefined;
    }
    member.leases += 1;
    member.files += 1;
    return { session: member.session, release: () => this.#release(member, true) };
  }

  /**
   * Runs `work` on the least busy connection. Where the connection is lost meanwhile, `work` runs again on another one; it must
   * bear that. After two losses without `progress` a file has a connection of its own: some servers drop the connection over one
   * file, and whatever shared it would share the blame. After four the work is given up.
   */
  use<T>(work: (session: SftpSession) => Promise<T>, options: UseOptions = {}): Promise<T> {
    if (this.options.oneAtATime !== true) return this.#use(work, options);
    const turn = this.#line.then(() => this.#use(work, options));
    this.#line = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  async #use<T>(work: (session: SftpSession) => Promise<T>, { progress, isFile = false }: UseOptions): Promise<T> {
    let losses = 0;
    for (;;) {
      const before = progress?.() ?? 0;
      const isAlone = isFile && losses >= 2;
      const member = isAlone ? await this.#reserve() : await this.#lease(isFile);
      try {
        return await work(member.session);
      } catch (error) {
        losses = (progress?.() ?? 0) > before ? 1 : losses + 1;
        if (!(error instanceof SessionLostError) || losses === 4 || this.#isOver) throw error;
      } finally {
        if (isAlone) member.isReserved = false;
        this.#release(member, isFile);
      }
    }
  }

  close(): void {
    this.#end.abort();
    this.#wakeAll();
    for (const { session } of [...this.#members]) session.fail('the run is over');
  }

  /** Counted before it returns: whoever looks next must see it. */
  async #lease(isFile: boolean): Promise<Member> {
    for (;;) {
      if (this.#isOver) throw new SessionLostError('the run is over');
      const free = this.#members.filter((member) => !member.isReserved);
      const idlest = free.reduce<Member | undefined>(
        (best, member) => (best === undefined || member.leases < best.leases ? member : best),
        undefined,
      );
      if (idlest === undefined) {
        await (this.#members.length > 0 ? this.#changed() : this.#reconnect());
        continue;
      }
      if (idlest.leases > 0) this.#openAnother();
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

  /** In the background, a few at a time: sshd's MaxStartups (10:30:100) drops handshakes that come in a crowd. */
  #openAnother(): void {
    if (this.#isOver || this.#adding >= handshakesAtOnce) return;
    if (!this.#limit.allowsBeside(this.#members.length + this.#adding) || !this.#isWorthAnother()) return;
    this.#adding += 1;
    const outages = this.#outages;
    this.options.connect(this.#end.signal).then(
      (session) => {
        this.#adding -= 1;
        this.#adopt(session);
      },
      (error: unknown) => {
        this.#adding -= 1;
        if (this.#isOver || outages !== this.#outages) return;
        this.#limit.refusedBeside(this.#members.length + this.#adding);
        // Of several refused at one time the last one tells.
        if (this.#adding > 0 || !this.#limit.takeNews()) return;
        this.options.onChange?.({ kind: 'limited', connections: this.#limit.value, reason: messageOf(error) });
      },
    );
  }

  /** Far from the server each connection brings its window a round trip; near it one more helps where this thread has time for it. */
  #isWorthAnother(): boolean {
    const isNear = this.#members.some(({ session }) => (session.roundTripMs ?? nearMs) < nearMs);
    return !isNear || this.#hasTime();
  }

  /** No connection is left: everybody waits for the same one. */
  #reconnect(): Promise<void> {
    this.#reconnecting ??= this.#connectPatiently().finally(() => {
      this.#reconnecting = undefined;
    });
    return this.#reconnecting;
  }

  async #connectPatiently(): Promise<void> {
    for (const delayMs of [0, ...reconnectDelaysMs]) {
      if (delayMs > 0) await this.options.sleep(delayMs);
      try {
        this.#adopt(await this.options.connect(this.#end.signal));
        // What was refused while nobody could be reached says nothing of how many the server takes.
        this.#outages += 1;
        this.#limit.reset();
        return;
      } catch (error) {
        const retryable = error instanceof SluiceError && error.retryable;
        if (!retryable || this.#isOver || delayMs === reconnectDelaysMs[reconnectDelaysMs.length - 1]) throw error;
      }
    }
  }

  #adopt(session: SftpSession): void {
    if (this.#isOver) {
      session.fail('the run is over');
      return;
    }
    const member: Member = { session, leases: 0, files: 0, isReserved: false };
    this.#members.push(member);
    this.#limit.opened(this.#members.length);
    this.options.onChange?.({ kind: 'opened', connections: this.#members.length });
    session.onLost(() => {
      this.#members.splice(this.#members.indexOf(member), 1);
      this.#wakeAll();
      if (!this.#isOver) this.options.onChange?.({ kind: 'lost', connections: this.#members.length });
    });
  }
}
