/** How full the file system is that a folder lies on, or is to lie on (df(1), POSIX output). Not for a mount that may hang. */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

export interface DiskSpace {
  readonly sizeBytes: number;
  readonly availableBytes: number;
  /** With what is kept for root (ext4). */
  readonly freeBytes: number;
  /** Files that can still be made; null where the file system does not say. */
  readonly availableInodes: number | null;
}

export function diskSpace(path: string): Fact<DiskSpace> {
  return {
    key: `disk:${path}`,
    probe: sh`path=${path}; until [ -e "$path" ]; do path=$(dirname "$path"); done; df -P -k "$path" && df -P -i "$path"`,
    parse: (result) => {
      const [, space = '', , inodes = ''] = textOf(result).split('\n');
      const [, sizeKiB = 0, usedKiB = 0, availableKiB = 0] = space.split(/\s+/).map(Number);
      const [, allInodes, , freeInodes] = inodes.split(/\s+/).map(Number);
      return {
        sizeBytes: sizeKiB * 1024,
        availableBytes: availableKiB * 1024,
        freeBytes: (sizeKiB - usedKiB) * 1024,
        availableInodes: allInodes === 0 || freeInodes === undefined ? null : freeInodes,
      };
    },
  };
}
