/**
 * What a server lets one session have open at one time, shared by files and listings. Listings get half of it at most: a listing may wait
 * for files to be transferred, a file waits for no listing, so neither keeps the other from going on.
 */
export type HandleKind = 'file' | 'listing';

/** Listings first: they bring the files. */
const kinds = ['listing', 'file'] as const;

export class OpenHandles {
  readonly #open: Record<HandleKind, number> = { file: 0, listing: 0 };
  readonly #waiting: Record<HandleKind, (() => void)[]> = { file: [], listing: [] };
  #isOver = false;

  constructor(private readonly most: () => number) {}

  hasRoomFor(kind: HandleKind): boolean {
    const { file, listing } = this.#open;
    const most = this.most();
    if (kind === 'file') return file === 0 || file + listing < most;
    return listing < Math.max(1, most / 2) && file + listing < most;
  }

  /** Whether there is room; it is taken then. */
  take(kind: HandleKind): boolean {
    if (!this.#isOver && !this.hasRoomFor(kind)) return false;
    this.#open[kind] += 1;
    return true;
  }

  /** Resolves once room is taken. */
  async wait(kind: HandleKind): Promise<void> {
    if (!this.take(kind)) await new Promise<void>((resolve) => this.#waiting[kind].push(resolve));
  }

  give(kind: HandleKind): void {
    this.#open[kind] -= 1;
    this.serve();
  }

  /** Lets in those that wait, in their order. To be called where `most` grew. */
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
  }
}
