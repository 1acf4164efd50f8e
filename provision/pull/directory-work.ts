/**
 * One directory of the tree while its entries are under way. It gets its mode and time after its last entry, because adding an
 * entry changes both what is allowed and the time; then it is synced, which makes the renames in it durable.
 */
import type { Disk } from './disk';
import type { LocalDirectory } from './local-directory';

/** Permission bits that are preserved: set-id and sticky bits of a stranger's server are not. */
export const permissionBits = 0o777;

export interface DirectoryMetadata {
  readonly mode: number | undefined;
  readonly mtimeSeconds: number | undefined;
}

export interface DirectoryWorkOptions {
  readonly disk: Disk;
  readonly local: LocalDirectory;
  /** Relative to the root; `''` is the root. */
  readonly path: string;
  /** Undefined for the root, which is the operator's own directory. */
  readonly metadata: DirectoryMetadata | undefined;
  /** Made by this run: it is empty, so nothing in it needs looking up. */
  readonly isFresh: boolean;
  /** Holds every directory that is open; see `closeAll`. */
  readonly registry: Set<DirectoryWork>;
}

export class DirectoryWork {
  readonly local: LocalDirectory;
  readonly path: string;
  readonly isFresh: boolean;
  #open = 1;
  #isChanged: boolean;
  #writable: Promise<void> | undefined;

  constructor(private readonly options: DirectoryWorkOptions) {
    this.local = options.local;
    this.path = options.path;
    this.isFresh = options.isFresh;
    this.#isChanged = options.isFresh;
    options.registry.add(this);
  }

  /** For the end of a run: closes what a stop left open. Their modes and times are set by the next run. */
  static async closeAll(registry: Set<DirectoryWork>): Promise<void> {
    for (const directory of registry) await directory.local.close();
    registry.clear();
  }

  pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}/${name}`;
  }

  /** To be awaited before anything is added, replaced or removed in it. */
  makeWritable(): Promise<void> {
    this.#isChanged = true;
    this.#writable ??= this.local.makeWritable();
    return this.#writable;
  }

  /** One more entry is under way; each call wants one `release`. */
  retain(): void {
    this.#open += 1;
  }

  /** An entry is done, or (once) the listing is. The last one finishes the directory. */
  async release(): Promise<void> {
    this.#open -= 1;
    if (this.#open > 0) return;
    try {
      await this.#finish();
    } finally {
      this.options.registry.delete(this);
      await this.local.close();
    }
  }

  async #finish(): Promise<void> {
    const { disk, local, metadata } = this.options;
    if (metadata !== undefined) {
      const stats = await disk.stat(local.fd);
      const mode = metadata.mode === undefined ? undefined : metadata.mode & permissionBits;
      if (metadata.mtimeSeconds !== undefined && Math.floor(stats.mtimeMs / 1000) !== metadata.mtimeSeconds) {
        await disk.setTimes(local.fd, metadata.mtimeSeconds);
        this.#isChanged = true;
      }
      if (mode !== undefined && (stats.mode & permissionBits) !== mode) {
        await disk.chmod(local.fd, mode);
        this.#isChanged = true;
      }
    }
    if (this.#isChanged) await disk.sync(local.fd);
  }
}
