/**
 * A directory of the destination, held open. Every entry in it is reached through the open directory and every step down refuses
 * symlinks, so that nothing is written through a link, and nothing beneath a mount point whose file system went away. On Linux
 * `/proc/self/fd/N/name` is what openat(2) would be; elsewhere the path is used and each component is opened with O_NOFOLLOW.
 */
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { SluiceError } from '../../core/errors';
import { makeDirectory } from '../../core/make-directory';
import { syncFolder } from '../write-durably';
import type { Disk } from './disk';

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = fs.constants;
const readAndSearch = 0o500;
const ownerAll = 0o700;

export class LocalDirectory {
  private constructor(
    private readonly disk: Disk,
    readonly fd: number,
    /** As messages name it; what is reached goes by `at`. */
    readonly path: string,
  ) {}

  /** The operator's own path: links in it are the operator's choice. */
  static async openRoot(disk: Disk, path: string): Promise<LocalDirectory> {
    return new LocalDirectory(disk, await disk.open(path, O_RDONLY | O_DIRECTORY), path);
  }

  /** Where an entry is reached; the name must have passed `checkName`. */
  at(name: string): string {
    return process.platform === 'linux' ? `/proc/self/fd/${this.fd}/${name}` : join(this.path, name);
  }

  /** Opens a directory beneath this one, component by component. `''` is a second handle on this one. */
  async open(relativePath: string): Promise<LocalDirectory> {
    let current = await LocalDirectory.openRoot(this.disk, this.at('.'));
    let path = this.path;
    for (const name of relativePath === '' ? [] : relativePath.split('/')) {
      path = join(path, name);
      const parent = current;
      try {
        current = new LocalDirectory(this.disk, await openEntry(this.disk, parent.at(name)), path);
      } catch (error) {
        throw explained(error, path);
      } finally {
        await parent.close();
      }
    }
    return current;
  }

  /** Makes the directory's owner able to add and remove entries; `DirectoryWork` sets the final mode later. */
  async makeWritable(): Promise<void> {
    const stats = await this.disk.stat(this.fd);
    if (isShutToOwner(stats, ownerAll)) await this.disk.chmod(this.fd, (stats.mode & 0o7777) | ownerAll);
  }

  /** Rejects where the root's path leads elsewhere by now: what is done here goes with the directory that was opened. */
  async checkIsInPlace(): Promise<void> {
    const problem = await this.whyNotInPlace();
    if (problem === undefined) return;
    throw new SluiceError(`${problem}: what was transferred went with the one that it was when the run began`, {
      code: 'DESTINATION_MOVED',
      hint: 'Look who moved it; put it back and run again, or what is there is transferred anew.',
    });
  }

  /** What a person finds at its path in its stead. */
  async whyNotInPlace(): Promise<string | undefined> {
    const opened = await this.disk.stat(this.fd);
    const found = fs.statSync(this.path, { throwIfNoEntry: false });
    if (found?.ino === opened.ino && found.dev === opened.dev) return undefined;
    return `${this.path} ${found === undefined ? 'is not there any more' : 'is another directory by now'}`;
  }

  async close(): Promise<void> {
    await this.disk.close(this.fd);
  }
}

/** As `makeDirectory`, and on storage when it returns: a tree is as durable as its root. */
export function makeDurableDirectory(path: string, mode = 0o777): void {
  makeDirectory(path, mode, (made) => syncFolder(dirname(made)));
}

/** A directory whose owner may not even look into it (0000 to 0300) is opened up first. */
async function openEntry(disk: Disk, path: string): Promise<number> {
  const flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
  try {
    const fd = await disk.open(path, flags);
    const stats = await disk.stat(fd);
    if (isShutToOwner(stats, readAndSearch)) await disk.chmod(fd, (stats.mode & 0o7777) | ownerAll);
    return fd;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    const stats = await disk.lstat(path);
    if (stats === undefined || !stats.isDirectory() || !isShutToOwner(stats, readAndSearch)) throw error;
    fs.chmodSync(path, (stats.mode & 0o7777) | ownerAll);
    return disk.open(path, flags);
  }
}

/** Whether this process owns the directory and its mode keeps it out; root is never kept out, others cannot mend it. */
function isShutToOwner(stats: fs.Stats, bits: number): boolean {
  const user = process.geteuid?.();
  return user !== 0 && stats.uid === user && (stats.mode & bits) !== bits;
}

function explained(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOTDIR' && code !== 'ELOOP') return error;
  return new SluiceError(`${path} is not a directory (a symbolic link, or something else)`, {
    code: 'DESTINATION_NOT_A_DIRECTORY',
    hint: 'Remove it or move it away, then run again: nothing is written through a link.',
    cause: error,
  });
}
