/**
 * Names that the source tells apart and the destination does not: disks of macOS and Windows, and shares of theirs, take `A` for `a`, and some one
 * form of an accented letter for the other. Two such files would be written over each other, in this run and in every later one.
 */
import { basename, dirname, join } from 'node:path';
import { SluiceError } from '../../core/errors';
import { NameSet } from '../source/name-set';
import type { Disk } from './disk';

/** The names taken in each directory of the destination, of those that are one to it. */
export class FoldedNames {
  readonly #taken = new WeakMap<object, NameSet>();

  /** Undefined where the disk tells such names apart. Looks at the first of the paths, which are the destination's, that is there. */
  static async on(disk: Disk, paths: readonly string[]): Promise<FoldedNames | undefined> {
    for (const path of paths) {
      const found = await disk.lstat(path);
      if (found === undefined) continue;
      const other = await disk.lstat(join(dirname(path), otherCase(basename(path))));
      return other?.ino === found.ino && other.dev === found.dev ? new FoldedNames() : undefined;
    }
    return undefined;
  }

  /** The same for all names that are one. */
  static fold(name: string): string {
    return name.normalize('NFC').toLowerCase();
  }

  /** @throws SluiceError NAMES_FOLDED where another name of the directory is the same one here. */
  take(directory: object, name: string): void {
    const taken = this.#taken.get(directory) ?? new NameSet();
    this.#taken.set(directory, taken);
    if (taken.add(FoldedNames.fold(name))) return;
    throw new SluiceError(
      'the destination takes it for another name of this directory, which differs in case or accents',
      {
        code: 'NAMES_FOLDED',
        hint: 'Exclude one of the two, rename it at the source, or pull onto a disk that tells them apart.',
      },
    );
  }
}

function otherCase(name: string): string {
  const upper = name.toUpperCase();
  return upper === name ? name.toLowerCase() : upper;
}
