/**
 * Lists a tree at the source, several directories ahead. Attributes come with the names (READDIR): no stat per file. Nothing is
 * held but the directories still to be listed and a bounded number of batches. The newest directory is listed first, and where many wait
 * the listings of older ones pause: a million directories beside each other are never all held. A directory is listed only when the
 * consumer has entered it.
 */

import { Condition } from '../../core/condition';
import type { SftpSession } from '../sftp/session';
import type { SessionPool } from '../sftp/session-pool';
import type { SourcePath } from '../sftp/source-path';
import type { NameEntry } from '../sftp/wire';
import { ListedNames } from './listed-names';
import { isSelfOrParent } from './names';
import { mayLackEntries, mustBeWhole } from './whole-listing';

/** Directories listed at one time, over all connections. */
const mostListings = 128;
/** READDIRs on their way for one directory: its names, more of them, and the end of them in one round trip. */
const readsAhead = 3;
/** Batches (READDIR replies) that wait for the consumer. */
const maxBatches = 64;

/** Directories to be listed; with more than these only the newest listing goes on to find others. */
const mostWaiting = 10_000;

/** Entries of one directory, as many as one reply held. The last batch of a directory may be empty. */
export interface Listing<Directory> {
  readonly directory: Directory;
  readonly entries: readonly NameEntry[];
  readonly isLast: boolean;
  /** Why the listing ended early; only on the last batch. */
  readonly error?: unknown;
}

/** To be listed. */
interface Entered<Directory> {
  /** May be still to come. */
  readonly directory: Directory | Promise<Directory>;
  readonly path: SourcePath;
}

interface ListingUnderWay<Directory> extends Entered<Directory> {
  /** Its place in the order in which listings began. */
  readonly turn: number;
  readonly listed: ListedNames;
}

export class Walker<Directory> {
  readonly #todo: Entered<Directory>[] = [];
  readonly #batches: Listing<Directory | Promise<Directory>>[] = [];
  #active = 0;
  #begun = 0;
  /** Listings that go on, by the order in which they began. */
  readonly #running = new Set<number>();
  readonly #paused = new Map<number, () => void>();
  #isStopped = false;
  /** There is a batch, or a listing less. */
  readonly #changed = new Condition();
  readonly #resume: (() => void)[] = [];

  constructor(private readonly pool: SessionPool) {}

  /** Puts a directory on the list of those to walk. `path` is the server's. `directory` may be still to come: the names wait for it. */
  enter(directory: Directory | Promise<Directory>, path: SourcePath): void {
    this.#todo.push({ directory, path });
    this.#fill();
  }

  /** Ends when every directory entered has been listed and its last batch taken. */
  async *listings(): AsyncGenerator<Listing<Directory>> {
    try {
      for (;;) {
        const batch = this.#batches.shift();
        if (batch !== undefined) {
          this.#resume.shift()?.();
          yield { ...batch, directory: await batch.directory };
        } else if (this.#active === 0 && this.#todo.length === 0) {
          return;
        } else {
          await this.#changed.next();
        }
      }
    } finally {
      this.#isStopped = true;
      for (const resume of this.#resume.splice(0)) resume();
      this.#wakePaused();
    }
  }

  #fill(): void {
    while (!this.#isStopped && this.#active < mostListings) {
      const next = this.#todo.pop();
      if (next === undefined) return;
      this.#active += 1;
      this.#begun += 1;
      const turn = this.#begun;
      this.#running.add(turn);
      void this.#list({ ...next, turn, listed: new ListedNames(next.path) }).finally(() => {
        this.#active -= 1;
        this.#running.delete(turn);
        this.#fill();
        this.#wakePaused();
        this.#changed.notify();
      });
    }
  }

  /** The newest one always goes on, so that some always does. */
  async #turnOf(turn: number): Promise<void> {
    while (!this.#isStopped && this.#todo.length > mostWaiting && this.#newest() !== turn)
      await new Promise<void>((resolve) => this.#paused.set(turn, resolve));
  }

  /** One that waits until others are closed must not be what they wait for. */
  #stepBack(turn: number): void {
    this.#running.delete(turn);
    this.#wakePaused();
  }

  #newest(): number {
    return Math.max(...this.#running);
  }

  #wakePaused(): void {
    if (this.#paused.size === 0) return;
    const isRoom = this.#todo.length <= mostWaiting || this.#isStopped;
    for (const turn of isRoom ? [...this.#paused.keys()] : [this.#newest()]) {
      this.#paused.get(turn)?.();
      this.#paused.delete(turn);
    }
  }

  async #list(listing: ListingUnderWay<Directory>): Promise<void> {
    const { directory, path, listed } = listing;
    try {
      await this.pool.use((session) => this.#listOn(session, listing), { progress: () => listed.count });
      if (mayLackEntries(path, listed.count)) await this.pool.use((session) => mustBeWhole(session, path));
      await this.#give({ directory, entries: [], isLast: true });
    } catch (error) {
      await this.#give({ directory, entries: [], isLast: true, error });
    }
  }

  /** From the directory's start, on one connection. */
  async #listOn(session: SftpSession, { directory, path, turn, listed }: ListingUnderWay<Directory>): Promise<void> {
    listed.begin();
    if (session.isListingFull) this.#stepBack(turn);
    const handle = await session.openDirectory(path);
    this.#running.add(turn);
    // A server that works on several requests at once may tell the end before the last names.
    let isOver = false;
    const ahead: Promise<readonly NameEntry[] | undefined>[] = [];
    try {
      while (!isOver || ahead.length > 0) {
        // What others wait for, consumer and files, must not wait for them.
        const hasToEnd = this.pool.hasToEnd(session);
        // The first names of a directory always come.
        if (listed.count > 0 && !hasToEnd) await this.#turnOf(turn);
        while (!isOver && ahead.length < (hasToEnd ? 1 : readsAhead))
          ahead.push(settledLater(session.readDirectory(handle)));
        const names = await ahead.shift();
        if (this.#isStopped) return;
        const fresh = names === undefined ? [] : listed.take(names);
        isOver ||= names === undefined || listed.hasRunDry;
        const entries = fresh.filter((entry) => !isSelfOrParent(entry.filename));
        if (entries.length > 0) await this.#give({ directory, entries, isLast: false }, !hasToEnd);
      }
    } finally {
      const closed = session.close(handle);
      if (this.pool.hasToEnd(session)) await closed;
    }
  }

  async #give(batch: Listing<Directory | Promise<Directory>>, mayWait = true): Promise<void> {
    if (this.#isStopped) return;
    this.#batches.push(batch);
    this.#changed.notify();
    if (!mayWait) return;
    // Before anything is awaited: what is taken meanwhile would wake nobody.
    if (this.#batches.length > maxBatches) await new Promise<void>((resolve) => this.#resume.push(resolve));
    // Where it is still to come, so is the consumer.
    else await batch.directory;
  }
}

/** Awaited in its turn; until then its failure must not count as unhandled. */
function settledLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
