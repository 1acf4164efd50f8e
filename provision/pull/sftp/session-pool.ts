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
}

export class SessionPool {
  readonly #members: Member[] = [];
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
   * bear that. After three losses without `progress` growing it is given up: then it is the work that breaks connections.
   */
  async use<T>(work: (session: SftpSession) => Promise<T>, progress: () => number = () => 0): Promise<T> {
    let losses = 0;
    for (;;) {
      const before = progress();
      const member = await this.#lease();
      member.leases += 1;
      try {
        return await work(member.session);
      } catch (error) {
        losses = progress() > before ? 1 : losses + 1;
        if (!(error instanceof SessionLostError) || losses === 3 || this.#closed) throw error;
      } finally {
        member.leases -= 1;
      }
    }
  }

  close(): void {
    this.#closed = true;
    for (const { session } of [...this.#members]) session.fail('the run is over');
  }

  async #lease(): Promise<Member> {
    for (;;) {
      if (this.#closed) throw new SessionLostError('the run is over');
      const idlest = this.#members.reduce<Member | undefined>(
        (best, member) => (best === undefined || member.leases < best.leases ? member : best),
        undefined,
      );
      if (idlest === undefined) {
        await this.#reconnect();
        continue;
      }
      if (idlest.leases > 0 && this.#members.length < this.#limit) this.#openAnother();
      return idlest;
    }
  }

  /** In the background, one at a time: sshd's MaxStartups drops handshakes that come in a crowd. */
  #openAnother(): void {
    this.#opening ??= this.options
      .connect()
      .then(
        (session) => this.#adopt(session),
        (error: unknown) => {
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
    const member: Member = { session, leases: 0 };
    this.#members.push(member);
    this.options.onChange?.({ kind: 'opened', connections: this.#members.length });
    session.onLost(() => {
      this.#members.splice(this.#members.indexOf(member), 1);
      if (!this.#closed) this.options.onChange?.({ kind: 'lost', connections: this.#members.length });
    });
  }
}
