/**
 * Several SSH connections to one source. The first is opened by `start`, more while every open one is busy and more would help, up to the limit;
 * a lost one is replaced. A server that refuses an extra connection lowers the limit (`connection-limit.ts`): it does not fail the run.
 */
import { Condition } from '../../core/condition';
import { messageOf } from '../../core/errors';
import type { ConnectOptions } from './connect';
import { ConnectionLimit } from './connection-limit';
import { SessionLostError } from './errors';
import { connectPatiently } from './patience';
import type { Loan, PoolOptions, UseOptions } from './pool-options';
import type { SftpSession } from './session';
import { spareTime } from './spare-time';

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
  /** Leases so far. */
  uses: number;
  /** Kept for one piece of work alone. */
  isReserved: boolean;
}

const unused: Omit<Member, 'session'> = { leases: 0, files: 0, uses: 0, isReserved: false };

export class SessionPool {
  readonly #members: Member[] = [];
  /** A connection came, went, or has less to do. */
  readonly #changed = new Condition();
  /** A connection came. */
  readonly #opened = new Condition();
  /** Handshakes under way. */
  #adding = 0;
  #reconnecting: Promise<void> | undefined;
  /** Whether a new connection is made in place of a reserved one. */
  #isReplacing = false;
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
    try {
      await this.#open({ onLogin: (ms) => this.#openEarly(ms) });
    } catch (error) {
      this.close();
      throw error;
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

  /** Whether work on this connection has to end before other work begins. */
  hasToEnd(session: SftpSession): boolean {
    return (
      this.options.oneAtATime === true || this.#members.some((each) => each.isReserved && each.session === session)
    );
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
    if (this.options.oneAtATime === true || this.#members.some(({ isReserved }) => isReserved)) return undefined;
    const member = this.#members.find(({ files }) => files === 0);
    if (member === undefined) {
      if (this.#members.length > 0) this.#openAnother();
      return undefined;
    }
    member.leases += 1;
    member.files += 1;
    return { session: member.session, release: () => this.#release(member, true) };
  }

  /**
   * Runs `work` on the least busy connection. Where the connection is lost meanwhile, `work` runs again on another one; it must
   * bear that. After two losses without `progress` it has a connection of its own: some servers drop the connection over one
   * file, and whatever shared it would share the blame; after three a new one, as others drop each after so many requests. After four the work
   * is given up.
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

  async #use<T>(work: (session: SftpSession) => Promise<T>, options: UseOptions): Promise<T> {
    const { progress, isFile = false, isBrief = false } = options;
    let losses = 0;
    for (;;) {
      const before = progress?.() ?? 0;
      const isAlone = losses >= 2;
      const member = isAlone ? await this.#reserve(losses === 3, isFile) : await this.#lease(isFile, isBrief);
      try {
        return await work(member.session);
      } catch (error) {
        losses = (progress?.() ?? 0) > before ? 1 : losses + 1;
        if (!(error instanceof SessionLostError) || losses === 4 || this.#isOver) throw error;
      } finally {
        if (isAlone) member.isReserved = false;
        this.#release(member, isFile || isAlone);
      }
    }
  }

  /** Resolves when one more connection has come up. */
  nextOpened(): Promise<void> {
    return this.#opened.next();
  }

  close(): void {
    this.#end.abort();
    this.#changed.notify();
    for (const { session } of [...this.#members]) session.fail('the run is over');
  }

  /** Counted before it returns: whoever looks next must see it. */
  async #lease(isFile: boolean, isBrief = false): Promise<Member> {
    for (;;) {
      if (this.#isOver) throw new SessionLostError('the run is over');
      const free = this.#members.filter((member) => !member.isReserved);
      const idlest = free.reduce<Member | undefined>(
        (best, member) => (best === undefined || member.leases < best.leases ? member : best),
        undefined,
      );
      if (idlest === undefined) {
        await (this.#members.length > 0 || this.#isReplacing ? this.#changed.next() : this.#reconnect());
        continue;
      }
      if (idlest.leases > 0 && !isBrief) this.#openAnother();
      idlest.leases += 1;
      idlest.uses += 1;
      if (isFile) idlest.files += 1;
      return idlest;
    }
  }

  /**
   * A connection on which nothing but listings goes on besides. One at a time is reserved. Listings may wait for files, which wait for this one to
   * be free again: where they hold all handles that a further listing may have, it gets a new connection too.
   */
  async #reserve(wantsNew: boolean, isFile: boolean): Promise<Member> {
    let isNew = wantsNew;
    for (;;) {
      while (this.#isReserved) await this.#changed.next();
      const member = await this.#lease(true);
      if (!this.#isReserved) {
        member.isReserved = true;
        while (member.files > 1 && !member.session.isLost) await this.#changed.next();
        if (!member.session.isLost) {
          const isFull = !isFile && member.session.isListingFull;
          if (!(isNew || isFull) || member.uses === 1) return member;
          const fresh = await this.#replace(member);
          if (fresh !== undefined) return fresh;
          // Those that are left may be the last ones.
          isNew = false;
        }
        member.isReserved = false;
      }
      this.#release(member, true);
    }
  }

  get #isReserved(): boolean {
    return this.#isReplacing || this.#members.some(({ isReserved }) => isReserved);
  }

  /** Closes it, and resolves with a new one that is leased and reserved as it was; undefined where the server lets none in. */
  async #replace({ session: worn }: Member): Promise<Member | undefined> {
    this.#isReplacing = true;
    worn.fail('a new connection takes its place');
    try {
      return await this.#open({}, { leases: 1, files: 1, uses: 1, isReserved: true });
    } catch {
      return undefined;
    } finally {
      this.#isReplacing = false;
      this.#changed.notify();
    }
  }

  #release(member: Member, isFile: boolean): void {
    member.leases -= 1;
    if (isFile) member.files -= 1;
    this.#changed.notify();
  }

  /** In the background, a few at a time: sshd's MaxStartups (10:30:100) drops handshakes that come in a crowd. */
  #openAnother(): void {
    if (this.#isOver || this.#adding >= handshakesAtOnce) return;
    if (!this.#limit.allowsBeside(this.#members.length + this.#adding) || !this.#isWorthAnother()) return;
    const outages = this.#outages;
    this.#open().catch((error: unknown) => {
      if (this.#isOver || outages !== this.#outages) return;
      this.#limit.refusedBeside(this.#members.length + this.#adding);
      // Of several refused at one time the last one tells.
      if (this.#adding > 0 || !this.#limit.takeNews()) return;
      this.options.onChange?.({ kind: 'limited', connections: this.#limit.value, reason: messageOf(error) });
    });
  }

  /** Far from the server each of a few brings its window a round trip; one more helps where this thread has time for it. */
  #isWorthAnother(): boolean {
    const isNear = this.#members.some(({ session }) => (session.roundTripMs ?? nearMs) < nearMs);
    const isOneOfFew = this.#members.length + this.#adding < connectionsAtOnceWhenFar;
    return (!isNear && isOneOfFew) || this.#hasTime();
  }

  /** No connection is left: everybody waits for the same one, or for one that was on its way already. */
  #reconnect(): Promise<void> {
    this.#reconnecting ??= this.#reach().finally(() => {
      this.#reconnecting = undefined;
    });
    return Promise.race([this.#reconnecting, this.#opened.next()]);
  }

  async #reach(): Promise<void> {
    const { sleep } = this.options;
    // A server may refuse this one because of the other that came up meanwhile.
    const open = async () => {
      if (this.#members.length === 0) await this.#open();
    };
    await connectPatiently(open, { sleep, isOver: () => this.#isOver });
    // What was refused while nobody could be reached says nothing of how many the server takes.
    this.#outages += 1;
    this.#limit.reset();
  }

  async #open(options: Pick<ConnectOptions, 'onLogin'> = {}, state = unused): Promise<Member> {
    this.#adding += 1;
    try {
      return this.#adopt(await this.options.connect(this.#end.signal, options), state);
    } finally {
      this.#adding -= 1;
    }
  }

  #adopt(session: SftpSession, state: Omit<Member, 'session'>): Member {
    const member: Member = { session, ...state };
    if (this.#isOver) {
      session.fail('the run is over');
      return member;
    }
    this.#members.push(member);
    this.#changed.notify();
    this.#opened.notify();
    this.#limit.opened(this.#members.length);
    this.options.onChange?.({ kind: 'opened', connections: this.#members.length });
    session.onLost(() => {
      this.#members.splice(this.#members.indexOf(member), 1);
      this.#changed.notify();
      if (!this.#isOver) this.options.onChange?.({ kind: 'lost', connections: this.#members.length });
    });
    return member;
  }
}
