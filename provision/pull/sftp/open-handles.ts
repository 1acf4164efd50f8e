/**
 * What a server lets one session have open at one time, shared by files and listings. Listings get half of it at most: a listing may wait
 * for files to be transferred, a file waits for no listing, so neither keeps the other from going on.
 *
 * Not every server tells its limit, and most say only "failure" to what is over it. What was refused so while others were open is asked for again
 * when one of those is closed, and no more than those are open meanwhile; where it is refused all the same, it was for another reason.
 */
import { Condition } from '../../core/condition';
import { type SftpStatusError, statusFailure } from './errors';

export type HandleKind = 'file' | 'listing';

/** A server's handle: opaque bytes. */
export type Handle = Buffer;

/** Listings first: they bring the files. */
const kinds = ['listing', 'file'] as const;

/** Other sessions may count against the same limit. */
const mostTries = 4;
/** What is open may be listings that wait for this very file. */
const longestWaitMs = 1000;

export class OpenHandles {
  readonly #taken: Record<HandleKind, number> = { file: 0, listing: 0 };
  readonly #waiting: Record<HandleKind, (() => void)[]> = { file: [], listing: [] };
  readonly #opened = new Map<Handle, HandleKind>();
  readonly #closed = new Condition();
  /** One more than these was refused. */
  #refusedBeside = Number.POSITIVE_INFINITY;
  #isOver = false;

  /** `told`: what the server says that it allows, or what is usual. */
  constructor(private readonly told: () => number) {}

  /** Handles that may be open at one time. */
  get most(): number {
    return Math.min(this.told(), this.#refusedBeside);
  }

  hasRoomFor(kind: HandleKind): boolean {
    const { file, listing } = this.#taken;
    if (kind === 'file') return file === 0 || file + listing < this.most;
    return listing < Math.max(1, this.most / 2) && file + listing < this.most;
  }

  /** Resolves with what `ask` does, which is called where there is room; rejects as it does. */
  async open(kind: HandleKind, ask: () => Promise<Handle>): Promise<Handle> {
    for (let left = mostTries - 1; ; left -= 1) {
      if (!this.take(kind)) await this.wait(kind);
      try {
        const handle = await ask();
        this.#opened.set(handle, kind);
        return handle;
      } catch (error) {
        const beside = this.#opened.size;
        const isFull = beside > 0 && (error as SftpStatusError).status === statusFailure;
        if (isFull) this.#refusedBeside = left > 0 ? beside : Number.POSITIVE_INFINITY;
        this.give(kind);
        if (!isFull || left === 0) throw error;
        await this.#nextClosed();
      }
    }
  }

  close(handle: Handle): void {
    const kind = this.#opened.get(handle);
    if (kind === undefined) return;
    this.#opened.delete(handle);
    this.give(kind);
    this.#closed.notify();
  }

  /** Whether there is room; it is taken then. */
  take(kind: HandleKind): boolean {
    if (!this.#isOver && !this.hasRoomFor(kind)) return false;
    this.#taken[kind] += 1;
    return true;
  }

  /** Resolves once room is taken. */
  async wait(kind: HandleKind): Promise<void> {
    if (!this.take(kind)) await new Promise<void>((resolve) => this.#waiting[kind].push(resolve));
  }

  give(kind: HandleKind): void {
    this.#taken[kind] -= 1;
    this.serve();
  }

  /** Lets in those that wait, in their order. To be called where the server tells of more. */
  serve(): void {
    for (const kind of kinds) {
      const waiting = this.#waiting[kind];
      while (waiting.length > 0 && this.take(kind)) waiting.shift()?.();
    }
  }

  /** Nothing is open any more, and nobody has to wait. */
  end(): void {
    this.#isOver = true;
    this.serve();
    this.#closed.notify();
  }

  async #nextClosed(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, longestWaitMs);
    });
    await Promise.race([this.#closed.next(), enough]);
    clearTimeout(timer);
  }
}
