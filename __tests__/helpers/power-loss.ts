/**
 * Storage that forgets what was not synced. The engine works on a real folder through `decorate`d calls; what each fsync(2) covered is
 * remembered. `cut` then makes the folder that a machine might find after losing power at that moment: of everything not synced, any part
 * may be there and any may not, sector by sector, name by name. That is weaker than what any journalling file system promises.
 */
import {
  chmodSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Disk } from '../../provision/pull/destination/disk';
import type { Random } from './random';

interface Synced {
  readonly order: number;
  readonly mode: number;
  readonly mtimeSeconds: number;
  readonly content: Buffer;
  readonly entries: ReadonlyMap<string, Inode>;
}

/** A file or directory, whatever its names; `synced` is what storage surely holds of it. */
interface Inode {
  readonly isDirectory: boolean;
  synced: Synced | undefined;
}

const sectorBytes = 512;

export class ForgetfulStorage {
  /** By number, which a file system gives again once it is free: see `#created`. */
  readonly #inodes = new Map<number, Inode>();
  #looks = 0;
  #callsLeft = Number.POSITIVE_INFINITY;
  #onCut: () => void = () => undefined;

  /** What is in `root` by now counts as synced. */
  constructor(private readonly root: string) {
    this.#syncAll(root);
  }

  /** After `calls` more file calls `onCut` is called, and every later one fails. */
  cutAfter(calls: number, onCut: () => void): void {
    this.#callsLeft = calls;
    this.#onCut = onCut;
  }

  decorate(disk: Disk): Disk {
    const calls = Object.entries(disk).map(([name, call]) => {
      if (typeof call !== 'function') return [name, call];
      const counted = (...args: unknown[]) => {
        this.#count();
        return (call as (...args: unknown[]) => unknown)(...args);
      };
      return [name, counted];
    });
    const counted = Object.fromEntries(calls) as Disk;
    return {
      ...counted,
      open: async (path, flags, mode) => {
        const fd = await counted.open(path, flags, mode);
        if ((flags & constants.O_EXCL) !== 0) this.#created(fstatSync(fd).ino, false);
        return fd;
      },
      mkdir: async (path, mode) => {
        await counted.mkdir(path, mode);
        this.#created(lstatSync(path).ino, true);
      },
      sync: async (fd) => {
        const { ino } = fstatSync(fd);
        const inode = this.#inode(ino, fstatSync(fd).isDirectory());
        const covered = this.#look(`/proc/self/fd/${fd}`, inode.isDirectory);
        await counted.sync(fd);
        // Of two syncs at one time the one begun later covers more, whichever ends first.
        if (this.#callsLeft > 0 && covered.order > (inode.synced?.order ?? -1)) inode.synced = covered;
      },
    };
  }

  /** Makes the folder found after the power came back. */
  cut(target: string, random: Random): void {
    const places = new Map<Inode, string>();
    this.#place(this.root, places);
    this.#restore(this.#inodeAt(this.root), target, { places, random });
  }

  #count(): void {
    if (this.#callsLeft <= 0) throw Object.assign(new Error('the power is off'), { code: 'ESHUTDOWN' });
    this.#callsLeft -= 1;
    if (this.#callsLeft === 0) this.#onCut();
  }

  #restore(inode: Inode, target: string, cut: { places: ReadonlyMap<Inode, string>; random: Random }): void {
    const { places, random } = cut;
    const place = places.get(inode);
    const now = place === undefined ? undefined : this.#look(place, inode.isDirectory);
    const [first, second] = random() < 0.5 ? [inode.synced, now] : [now, inode.synced];
    const { mode, mtimeSeconds } = first ?? second ?? { mode: 0o600, mtimeSeconds: 0 };
    if (!inode.isDirectory) {
      writeFileSync(target, mixed(inode.synced?.content ?? Buffer.alloc(0), now?.content, random));
    } else {
      mkdirSync(target, { mode: 0o700 });
      const names = new Set([...(inode.synced?.entries.keys() ?? []), ...(now?.entries.keys() ?? [])]);
      for (const name of names) {
        const [was, is] = [inode.synced?.entries.get(name), now?.entries.get(name)];
        const chosen = random() < 0.5 ? was : is;
        if (chosen !== undefined) this.#restore(chosen, join(target, name), cut);
      }
    }
    chmodSync(target, mode & 0o7777);
    utimesSync(target, mtimeSeconds, mtimeSeconds);
  }

  #created(ino: number, isDirectory: boolean): void {
    this.#inodes.set(ino, { isDirectory, synced: undefined });
  }

  #inode(ino: number, isDirectory: boolean): Inode {
    const known = this.#inodes.get(ino);
    if (known !== undefined && known.isDirectory === isDirectory) return known;
    const inode = { isDirectory, synced: undefined };
    this.#inodes.set(ino, inode);
    return inode;
  }

  #inodeAt(path: string): Inode {
    const stats = lstatSync(path);
    return this.#inode(stats.ino, stats.isDirectory());
  }

  #look(path: string, isDirectory: boolean): Synced {
    const { mode, mtimeMs } = lstatSync(path).isSymbolicLink()
      ? fstatSync(Number(path.split('/').pop()))
      : lstatSync(path);
    const names = isDirectory ? readdirSync(path) : [];
    this.#looks += 1;
    return {
      order: this.#looks,
      mode,
      mtimeSeconds: Math.floor(mtimeMs / 1000),
      content: isDirectory ? Buffer.alloc(0) : readFileSync(path),
      entries: new Map(names.map((name) => [name, this.#inodeAt(join(path, name))])),
    };
  }

  #place(path: string, places: Map<Inode, string>): void {
    const inode = this.#inodeAt(path);
    places.set(inode, path);
    if (inode.isDirectory) for (const name of readdirSync(path)) this.#place(join(path, name), places);
  }

  #syncAll(path: string): void {
    if (!existsSync(path)) return;
    const inode = this.#inodeAt(path);
    if (inode.isDirectory) for (const name of readdirSync(path)) this.#syncAll(join(path, name));
    inode.synced = this.#look(path, inode.isDirectory);
  }
}

/** Any mixture of what was synced and what was written since; zeros where a longer file's new sectors never came. */
function mixed(synced: Buffer, now: Buffer | undefined, random: Random): Buffer {
  if (now === undefined || now.equals(synced)) return synced;
  const lengths = [synced.length, now.length, Math.floor(synced.length + random() * (now.length - synced.length))];
  const content = Buffer.alloc(lengths[Math.floor(random() * 3)] ?? 0);
  for (let offset = 0; offset < content.length; offset += sectorBytes) {
    (random() < 0.5 ? synced : now).subarray(offset, offset + sectorBytes).copy(content, offset);
  }
  return content;
}
