/**
 * What a server lets one session have open at one time, shared by files and listings. Listings get half of it at most: a listing may wait
 * for files to be transferred, a file waits for no listing, so neither keeps the other from going on.
 *
 * Not every server tells its limit, and most say only "failure" to what is over it. What was refused so while others were open is asked for again
 * when one of those is closed, and no more than those are open meanwhile; where it is refused again and again, it is for another reason. Now and
 * then one more is let in to see whether that is the limit still: it never was where a file was refused for its own sake.
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
/** What is open may be listings that wait for this very file, or a large file that takes hours. */
const longestWaitMs = 1000;

export class OpenHandles {
  readonly #taken: Record<HandleKind, number> = { file: 0, listing: 0 };
  readonly #waiting: Record<HandleKind, (() => void)[]> = { file: [], listing: [] };
  readonly #opened = new Map<Handle, HandleKind>();
  /** All that were ever opened. */
  #granted = 0;
  readonly #closed = new Condition();
  /** One more than these was refused. */
  #refusedBeside = Number.POSITIVE_INFINITY;
  /** One where it is time to see whether more are refused still. */
  #probes = 0;
  #untilProbe: NodeJS.Timeout | undefined;
  #isOver = false;

  /** `told`: what the server says that it allows, or what is usual. */
  constructor(
    private readonly told: () => number,
    private readonly waitMs = longestWaitMs,
  ) {}

  /** Handles that may be open at one time. */
  get #most(): number {
    return Math.min(this.told(), this.#refusedBeside + this.#probes);
  }

  hasRoomFor(kind: HandleKind): boolean {
    const { file, listing } = this.#taken;
    if (kind === 'file') return file === 0 || file + listing < this.#most;
    return listing < Math.max(1, this.#most / 2) && file + listing < this.#most;
  }

  /** Resolves with what `ask` does, which is called where there is room; rejects as it does. */
  async open(kind: HandleKind, ask: () => Promise<Handle>): Promise<Handle> {
    for (let tries = 0; ; ) {
      if (!this.take(kind)) await this.wait(kind);
      const { size } = this.#opened;
      const granted = this.#granted;
      // A server answers in order: what is granted meanwhile was asked for before, and what is closed meanwhile is closed after this.
      const beside = () => size + this.#granted - granted;
      try {
        const handle = await ask();
        if (beside() >= this.#refusedBeside) this.#refusedBeside = 2 * (beside() + 1);
        this.#granted += 1;
        this.#opened.set(handle, kind);
        this.serve();
        return handle;
      } catch (error) {
        const isFull = beside() > 0 && (error as SftpStatusError).status === statusFailure;
        // Over a known limit it says nothing of this one, unless this is the file that listings wait for.
        if (beside() < this.#refusedBeside || (kind === 'file' && this.#taken.file === 1)) tries += 1;
        if (isFull) this.#refused(beside());
        this.give(kind);
        if (!isFull || tries === mostTries) throw error;
        if (this.#opened.size >= beside()) await this.#nextClosed();
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
    clearTimeout(this.#untilProbe);
    this.serve();
    this.#closed.notify();
  }

  #refused(beside: number): void {
    this.#refusedBeside = Math.min(this.#refusedBeside, beside);
    this.#probes = 0;
    clearTimeout(this.#untilProbe);
    this.#untilProbe = setTimeout(() => {
      this.#probes = 1;
      this.serve();
    }, this.waitMs);
  }

  async #nextClosed(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.waitMs);
    });
    await Promise.race([this.#closed.next(), enough]);
    clearTimeout(timer);
  }
}
