/**
 * One directory of the tree while its entries are under way. It gets its mode and time after its last entry, because adding an
 * entry changes both what is allowed and the time; then it is synced, which makes the renames in it durable.
 */

import type { SourceDirectory } from '../source/source-links';
import type { Disk } from './disk';
import type { LocalDirectory } from './local-directory';
import { applyAccess, hasOtherAccess, hasTime, type WantedMetadata } from './metadata';

/** Where the source's permissions are not known, or not wanted. */
export const defaultDirectoryMode = 0o755;

export interface DirectoryWorkOptions {
  readonly disk: Disk;
  /** The destination itself; undefined in a dry run that finds none, and opens nothing. */
  readonly root: LocalDirectory | undefined;
  /** Relative to the root; `''` is the root. */
  readonly path: string;
  /** Undefined for the root, which is the operator's own directory. */
  readonly metadata: WantedMetadata | undefined;
  readonly source: SourceDirectory;
  /** Made by this run: it is empty, so nothing in it needs looking up. */
  readonly isFresh: boolean;
  /** Holds every directory that is open; see `closeAll`. */
  readonly registry: Set<DirectoryWork>;
}

export class DirectoryWork {
  readonly path: string;
  readonly source: SourceDirectory;
  readonly isFresh: boolean;
  #local: Promise<LocalDirectory> | undefined;
  #underWay = 1;
  #isChanged: boolean;
  #writable: Promise<void> | undefined;
  #ancestors: Promise<void> | undefined;

  constructor(private readonly options: DirectoryWorkOptions) {
    this.path = options.path;
    this.source = options.source;
    this.isFresh = options.isFresh;
    this.#isChanged = options.isFresh;
  }

  /** The directory held open, from the first call on: the many that wait for their listing hold nothing. */
  open(): Promise<LocalDirectory> {
    if (this.#local === undefined) {
      this.#local = mustExist(this.options.root).open(this.path);
      this.options.registry.add(this);
    }
    return this.#local;
  }

  /** For the end of a run: closes what a stop left open. Their modes and times are set by the next run. */
  static async closeAll(registry: Set<DirectoryWork>): Promise<void> {
    for (const directory of registry) await directory.close();
  }

  /** To be awaited before anything is added, replaced or removed in it. */
  makeWritable(): Promise<void> {
    this.#isChanged = true;
    this.#writable ??= this.open().then((local) => local.makeWritable());
    return this.#writable;
  }

  /** Every entry in it, and its own in the directories above, on storage. One that was there may be of a run that was stopped before it was. */
  async makeDurable(): Promise<void> {
    const { disk } = this.options;
    await disk.sync((await this.open()).fd);
    this.#ancestors ??= this.#syncAncestors();
    await this.#ancestors;
  }

  async #syncAncestors(): Promise<void> {
    const { disk, root } = this.options;
    for (let path = this.path; path !== ''; ) {
      path = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
      const above = await mustExist(root).open(path);
      try {
        await disk.sync(above.fd);
      } finally {
        await above.close();
      }
    }
  }

  /** One more entry is under way; each call wants one `release`. */
  retain(): void {
    this.#underWay += 1;
  }

  /** An entry is done, or (once) the listing is. The last one finishes the directory. */
  async release(): Promise<void> {
    this.#underWay -= 1;
    if (this.#underWay > 0) return;
    try {
      await this.#finish(await this.open());
    } finally {
      await this.close();
    }
  }

  /** As it is. */
  async close(): Promise<void> {
    this.options.registry.delete(this);
    const local = await this.#local?.catch(() => undefined);
    await local?.close();
  }

  async #finish(local: LocalDirectory): Promise<void> {
    const { disk, metadata } = this.options;
    if (metadata !== undefined) {
      const stats = await disk.stat(local.fd);
      const wanted = { ...metadata, mode: metadata.mode ?? (this.isFresh ? defaultDirectoryMode : undefined) };
      if (metadata.mtimeSeconds !== undefined && !hasTime(stats, metadata.mtimeSeconds)) {
        await disk.setTimes(local.fd, metadata.mtimeSeconds);
        this.#isChanged = true;
      }
      if (hasOtherAccess(stats, wanted)) {
        await applyAccess(disk, local.fd, wanted);
        this.#isChanged = true;
      }
    }
    if (this.#isChanged) await disk.sync(local.fd);
  }
}

function mustExist(root: LocalDirectory | undefined): LocalDirectory {
  if (root === undefined) throw new Error('there is no destination to open');
  return root;
}
