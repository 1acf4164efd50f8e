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
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '../core/errors';
import type { Disk } from './disk';
import type { FileWorkers } from './file-worker';
import { Part } from './part';

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
  readonly workers: FileWorkers;
  /** See `Guarantees`. */
  readonly hash: boolean;
}

export class Staging {
  readonly #leftovers: Set<string>;
  readonly #underWay = new Set<string>();

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
    if (this.#underWay.has(id)) {
      throw new SluiceError('the server lists this name twice, and it is under way already', {
        code: 'LISTED_TWICE',
        hint: 'Look at the folder on the server; the one under way is not touched.',
      });
    }
    this.#underWay.add(id);
    const path = join(this.options.path, 'parts', id);
    const resumedBytes = this.#leftovers.delete(id) ? await reusable(disk, path, version.sizeBytes) : undefined;
    return new Part({
      ...this.options,
      path,
      resumedBytes,
      expectedBytes: version.sizeBytes,
      onClose: () => this.#underWay.delete(id),
    });
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

/** The length of a leftover; undefined (and the leftover removed) where it is not what this engine writes. */
async function reusable(disk: Disk, path: string, sizeBytes: number): Promise<number | undefined> {
  const stats = await disk.lstat(path);
  if (stats === undefined) return undefined;
  if (!stats.isFile() || stats.nlink !== 1 || stats.size > sizeBytes) {
    await disk.unlink(path);
    return undefined;
  }
  // Complete but for its rename it may have its final mode, which need not let its owner write.
  if ((stats.mode & 0o600) !== 0o600) fs.chmodSync(path, 0o600);
  return stats.size;
}

function readIfThere(path: string): string | undefined {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
