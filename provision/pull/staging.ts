/**
 * Where files lie until they are complete and verified: a folder on the destination's file system, outside what is exported.
 *
 *     <staging>/parts/<id>    one file each; id = digest of path, size and mtime at the source
 *     <staging>/boot-id       the boot of this machine that wrote the parts
 *
 * A part is written strictly from its start, so its length is what arrived, and after a killed process (not a power cut) every byte
 * of it is there: a part of the same boot is gone on with, after hashing what it holds; others are removed. A file that changed at
 * the source has another id and never meets its old part.
 */
import { createHash, type Hash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '../core/errors';
import type { Disk } from './disk';
import { hashFile } from './hash-file';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = fs.constants;

/** A version of a source file, as far as SFTP can tell versions apart. */
export interface FileVersion {
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeSeconds: number;
}

export interface StagingOptions {
  readonly path: string;
  readonly disk: Disk;
  /** Identifies the running boot; undefined where the system tells none: then nothing is ever gone on with. */
  readonly bootId: string | undefined;
}

export class Staging {
  readonly #leftovers: Set<string>;

  private constructor(
    private readonly options: StagingOptions,
    leftovers: readonly string[],
  ) {
    this.#leftovers = new Set(leftovers);
  }

  /** Looks at what an earlier run left in a folder that `makeStagingFolder` made. The run lock must be held. */
  static open(options: StagingOptions): Staging {
    const parts = join(options.path, 'parts');
    const bootFile = join(options.path, 'boot-id');
    const found = fs.readdirSync(parts);
    const isSameBoot = options.bootId !== undefined && readIfThere(bootFile) === options.bootId;
    if (!isSameBoot) {
      for (const name of found) fs.unlinkSync(join(parts, name));
      fs.writeFileSync(bootFile, options.bootId ?? '', { mode: 0o600 });
    }
    return new Staging(options, isSameBoot ? found : []);
  }

  /** A part for this version: a new one, or what an interrupted run left of the same. */
  async part(version: FileVersion): Promise<Part> {
    const { disk } = this.options;
    const id = createHash('sha256')
      .update(JSON.stringify([version.path, version.sizeBytes, version.mtimeSeconds]))
      .digest('hex')
      .slice(0, 40);
    const path = join(this.options.path, 'parts', id);
    if (this.#leftovers.delete(id)) {
      const resumed = await reopen(disk, path, version.sizeBytes);
      if (resumed !== undefined) return resumed;
    }
    const fd = await createExclusively(disk, path);
    return new Part(disk, { path, fd, hash: createHash('sha256'), sizeBytes: 0 });
  }

  /** Removes parts of versions that no longer exist at the source. For the end of a run that saw everything. */
  async removeLeftovers(): Promise<void> {
    for (const id of this.#leftovers) await this.options.disk.unlink(join(this.options.path, 'parts', id));
    this.#leftovers.clear();
  }
}

/** Makes the folder; throws a SluiceError of kind `blocked` where it, or what is to be in it, is a link or anything else. */
export function makeStagingFolder(path: string): void {
  for (const folder of [path, join(path, 'parts')]) {
    if (fs.lstatSync(folder, { throwIfNoEntry: false }) === undefined) {
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    } else if (!fs.lstatSync(folder).isDirectory()) {
      throw new SluiceError(`${folder} is not a directory (a symbolic link, or something else)`, {
        code: 'STAGING_NOT_A_DIRECTORY',
        kind: 'blocked',
        hint: 'Look who put it there, and remove it: unfinished files are never written through a link.',
      });
    }
  }
}

/** Takes the folder away where nothing is left in it: no part to go on with, nothing of somebody else's. */
export function removeStagingIfEmpty(path: string): void {
  const parts = join(path, 'parts');
  try {
    if (fs.existsSync(parts)) fs.rmdirSync(parts);
    fs.rmSync(join(path, 'boot-id'), { force: true });
    fs.rmdirSync(path);
  } catch {
    // Not empty: it stays.
  }
}

interface PartState {
  readonly path: string;
  readonly fd: number;
  readonly hash: Hash;
  readonly sizeBytes: number;
}

/** A file on its way. Written in order, hashed while it is. */
export class Part {
  readonly path: string;
  /** What an earlier run had received. */
  readonly resumedBytes: number;
  readonly #fd: number;
  readonly #hash: Hash;
  #sizeBytes: number;

  constructor(
    private readonly disk: Disk,
    state: PartState,
  ) {
    this.path = state.path;
    this.resumedBytes = state.sizeBytes;
    this.#fd = state.fd;
    this.#hash = state.hash;
    this.#sizeBytes = state.sizeBytes;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  async append(bytes: Buffer): Promise<void> {
    this.#hash.update(bytes);
    await this.disk.write(this.#fd, bytes, this.#sizeBytes);
    this.#sizeBytes += bytes.length;
  }

  /** The digest of what was received; ends the hashing. */
  digest(): string {
    return this.#hash.digest('hex');
  }

  /** Reads back what was written. */
  async digestOnDisk(): Promise<string> {
    return (await hashFile(this.disk, this.#fd, this.#sizeBytes)).digest('hex');
  }

  /** On storage, with its time and permissions; then only a rename is missing. */
  async complete(mtimeSeconds: number, mode: number): Promise<void> {
    await this.disk.setTimes(this.#fd, mtimeSeconds);
    await this.disk.chmod(this.#fd, mode);
    await this.disk.sync(this.#fd);
  }

  async moveTo(path: string): Promise<void> {
    await this.disk.rename(this.path, path);
  }

  async close(): Promise<void> {
    await this.disk.close(this.#fd);
  }

  async remove(): Promise<void> {
    await this.disk.unlink(this.path);
  }
}

async function createExclusively(disk: Disk, path: string): Promise<number> {
  try {
    return await disk.open(path, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new SluiceError('the server lists this name twice, and it is under way already', {
      code: 'LISTED_TWICE',
      hint: 'Look at the folder on the server; the one under way is not touched.',
      cause: error,
    });
  }
}

/** Undefined (and the part removed) where the leftover is not what this engine writes. */
async function reopen(disk: Disk, path: string, sizeBytes: number): Promise<Part | undefined> {
  const stats = await disk.lstat(path);
  if (stats === undefined) return undefined;
  if (!stats.isFile() || stats.nlink !== 1 || stats.size > sizeBytes) {
    await disk.unlink(path);
    return undefined;
  }
  // Complete but for its rename it may have its final mode, which need not let its owner write.
  if ((stats.mode & 0o600) !== 0o600) fs.chmodSync(path, 0o600);
  const fd = await disk.open(path, O_RDWR | O_NOFOLLOW);
  const hash = await hashFile(disk, fd, stats.size);
  return new Part(disk, { path, fd, hash, sizeBytes: stats.size });
}

function readIfThere(path: string): string | undefined {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
