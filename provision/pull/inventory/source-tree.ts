/**
 * The source's side of an inventory, one directory at a time, with the job's own eyes: its filters, its symlinks, its names. Directories that
 * will be asked for soon are listed ahead, since each costs round trips.
 */

import type { PullJob } from '../job/job';
import { openPool } from '../launch';
import type { Environment } from '../login/aws/credentials';
import { isFatal } from '../record/outcomes';
import { SftpStatusError } from '../sftp/errors';
import type { SessionPool } from '../sftp/session-pool';
import { type Classified, type ClassifySettings, classify, type ListedDirectory } from '../source/classify';
import { compileFilters } from '../source/filters';
import { displayName } from '../source/names';
import type { SourceDirectory } from '../source/source-links';
import { Walker } from '../source/walk';
import { ListingInDoubtError } from '../source/whole-listing';
import { sourceView } from '../stage-settings';
import type { SourceSide } from './entry';

/** What the job takes of a directory, by name; or why it cannot be listed. */
export type SourceListing = ReadonlyMap<string, SourceSide> | { readonly problem: string };

export interface SourceTree {
  /** Begins to list a directory that `list` will be asked for. `path` is relative, `''` or ending in `/`. */
  prefetch(path: string): void;
  /** Of the root, or of a directory that a listing has named. */
  list(path: string): Promise<SourceListing>;
  close(): void;
}

export interface SourceTreeOptions {
  readonly env: Environment;
  readonly signal: AbortSignal;
}

/** Connects; rejects where the source cannot be reached. */
export async function openSourceTree(job: PullJob, options: SourceTreeOptions): Promise<SourceTree> {
  const pool = await openPool(job, options);
  options.signal.addEventListener('abort', () => pool.close(), { once: true });
  const filters = compileFilters(job.options.includes, job.options.excludes);
  const { classify, source: root } = await sourceView(job, { filters, pool });
  // Names too long for a key are the file system's concern as well, and judged there.
  const settings = { ...classify, keyPrefix: undefined };
  return new PooledSourceTree({ pool, settings, root, keepsTimes: job.options.mtime === 'PRESERVE' });
}

interface Opened {
  readonly pool: SessionPool;
  readonly settings: ClassifySettings;
  readonly root: SourceDirectory;
  readonly keepsTimes: boolean;
}

class PooledSourceTree implements SourceTree {
  readonly #ahead = new Map<string, Promise<SourceListing>>();
  /** Named by a listing and not yet listed themselves. */
  readonly #directories: Map<string, SourceDirectory>;

  constructor(private readonly opened: Opened) {
    this.#directories = new Map([['', opened.root]]);
  }

  prefetch(path: string): void {
    if (this.#ahead.has(path)) return;
    const listing = this.#read(path);
    // Awaited in its turn; until then its failure must not count as unhandled.
    listing.catch(() => undefined);
    this.#ahead.set(path, listing);
  }

  list(path: string): Promise<SourceListing> {
    const ahead = this.#ahead.get(path);
    this.#ahead.delete(path);
    return ahead ?? this.#read(path);
  }

  close(): void {
    this.opened.pool.close();
  }

  async #read(path: string): Promise<SourceListing> {
    const source = this.#directories.get(path);
    if (source === undefined) return { problem: 'the source did not name it' };
    this.#directories.delete(path);
    const directory: ListedDirectory = { path: path.replace(/\/$/, ''), source };
    const { pool, settings } = this.opened;
    const found = new Map<string, SourceSide>();
    const walker = new Walker<undefined>(pool);
    walker.enter(undefined, source.path);
    for await (const { entries, error } of walker.listings()) {
      if (error !== undefined) {
        const isOfDirectory = error instanceof SftpStatusError || error instanceof ListingInDoubtError;
        if (isFatal(error) || !isOfDirectory) throw error;
        return { problem: error.message };
      }
      for (const entry of entries) {
        const item = await classify(entry, directory, settings);
        const side = this.#sideOf(item);
        if (side !== undefined) found.set('name' in item ? item.name : displayName(entry.filename), side);
      }
    }
    return found;
  }

  #sideOf(item: Classified): SourceSide | undefined {
    switch (item.kind) {
      case 'file': {
        const { sizeBytes, mtimeSeconds } = item.file;
        return this.opened.keepsTimes ? { sizeBytes, mtimeSeconds } : { sizeBytes };
      }
      case 'directory':
        this.#directories.set(`${item.path}/`, item.source);
        return { directory: true };
      case 'link':
        return { link: true };
      case 'outcome':
        return item.outcome.kind === 'failed' ? { problem: item.outcome.reason } : undefined;
    }
  }
}
