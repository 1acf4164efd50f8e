/**
 * The local file calls the engine makes, in two forms with one shape: at once on this thread, or on the thread pool. On a local
 * file system a call takes microseconds and handing it over costs more; on Lustre a call is a round trip and blocking would stop
 * the network. `chooseDisk` measures which it is. Syncing to storage always goes to the thread pool.
 */
import * as fs from 'node:fs';
import { promisify } from 'node:util';

type Maybe<T> = T | Promise<T>;

/** Errors are Node's own (`code` ENOSPC and so on). `await` every result. */
export interface Disk {
  readonly name: 'direct' | 'thread pool';
  open(path: string, flags: number, mode?: number): Maybe<number>;
  close(fd: number): Maybe<void>;
  /** All of `bytes`, at `position`. */
  write(fd: number, bytes: Buffer, position: number): Maybe<void>;
  /** Fills `into` from `position` as far as the file goes. */
  read(fd: number, into: Buffer, position: number): Maybe<number>;
  stat(fd: number): Maybe<fs.Stats>;
  chmod(fd: number, mode: number): Maybe<void>;
  chown(fd: number, uid: number, gid: number): Maybe<void>;
  setTimes(fd: number, mtimeSeconds: number): Maybe<void>;
  truncate(fd: number, sizeBytes: number): Maybe<void>;
  rename(from: string, to: string): Maybe<void>;
  unlink(path: string): Maybe<void>;
  mkdir(path: string, mode: number): Maybe<void>;
  rmdir(path: string): Maybe<void>;
  readlink(path: string): Maybe<string>;
  symlink(target: string, path: string): Maybe<void>;
  /** Undefined where nothing is there. */
  lstat(path: string): Maybe<fs.Stats | undefined>;
  sync(fd: number): Promise<void>;
}

const sync = promisify(fs.fsync);

export const directDisk: Disk = {
  name: 'direct',
  open: fs.openSync,
  close: fs.closeSync,
  write: (fd, bytes, position) => {
    for (let done = 0; done < bytes.length; ) {
      done += fs.writeSync(fd, bytes, done, bytes.length - done, position + done);
    }
  },
  read: (fd, into, position) => fs.readSync(fd, into, 0, into.length, position),
  stat: (fd) => fs.fstatSync(fd),
  chmod: fs.fchmodSync,
  chown: fs.fchownSync,
  setTimes: (fd, mtimeSeconds) => fs.futimesSync(fd, mtimeSeconds, mtimeSeconds),
  truncate: fs.ftruncateSync,
  rename: fs.renameSync,
  unlink: fs.unlinkSync,
  mkdir: (path, mode) => {
    fs.mkdirSync(path, mode);
  },
  rmdir: fs.rmdirSync,
  readlink: (path) => fs.readlinkSync(path),
  symlink: (target, path) => fs.symlinkSync(target, path),
  lstat: (path) => fs.lstatSync(path, { throwIfNoEntry: false }),
  sync,
};

const pooled = {
  open: promisify(fs.open) as (path: string, flags: number, mode?: number) => Promise<number>,
  close: promisify(fs.close),
  write: promisify(fs.write) as (
    fd: number,
    b: Buffer,
    o: number,
    l: number,
    p: number,
  ) => Promise<{ bytesWritten: number }>,
  read: promisify(fs.read) as (
    fd: number,
    b: Buffer,
    o: number,
    l: number,
    p: number,
  ) => Promise<{ bytesRead: number }>,
  stat: promisify(fs.fstat) as (fd: number) => Promise<fs.Stats>,
  lstat: promisify(fs.lstat) as (path: string) => Promise<fs.Stats>,
  mkdir: promisify(fs.mkdir) as (path: string, mode: number) => Promise<void>,
  times: promisify(fs.futimes),
};

export const pooledDisk: Disk = {
  name: 'thread pool',
  open: pooled.open,
  close: pooled.close,
  write: async (fd, bytes, position) => {
    for (let done = 0; done < bytes.length; ) {
      done += (await pooled.write(fd, bytes, done, bytes.length - done, position + done)).bytesWritten;
    }
  },
  read: async (fd, into, position) => (await pooled.read(fd, into, 0, into.length, position)).bytesRead,
  stat: pooled.stat,
  chmod: promisify(fs.fchmod),
  chown: promisify(fs.fchown),
  setTimes: (fd, mtimeSeconds) => pooled.times(fd, mtimeSeconds, mtimeSeconds),
  truncate: promisify(fs.ftruncate),
  rename: promisify(fs.rename),
  unlink: promisify(fs.unlink),
  mkdir: pooled.mkdir,
  rmdir: promisify(fs.rmdir) as (path: string) => Promise<void>,
  readlink: promisify(fs.readlink) as (path: string) => Promise<string>,
  symlink: promisify(fs.symlink) as (target: string, path: string) => Promise<void>,
  lstat: async (path) => {
    try {
      return await pooled.lstat(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  },
  sync,
};

/** Above this a create, write and unlink is a network file system's work. */
const directLimitMs = 0.5;

/**
 * Measures create, write, rename-ready close and unlink in `directory`, which is this run's alone; the median of five decides. A full disk
 * refuses the write and not the file, which goes all the same; what a killed run left is used, and goes too.
 */
export function chooseDisk(directory: string, nowMs: () => number): Disk {
  const path = `${directory}/.latency`;
  const flags = fs.constants.O_CREAT | fs.constants.O_WRONLY | fs.constants.O_TRUNC | fs.constants.O_NOFOLLOW;
  const samples = Array.from({ length: 5 }, () => {
    const start = nowMs();
    const fd = fs.openSync(path, flags, 0o600);
    try {
      fs.writeSync(fd, 'x');
    } finally {
      fs.closeSync(fd);
      fs.unlinkSync(path);
    }
    return nowMs() - start;
  }).sort((a, b) => a - b);
  return (samples[2] ?? 0) < directLimitMs ? directDisk : pooledDisk;
}
