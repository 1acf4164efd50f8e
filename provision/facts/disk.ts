/** How full the file system is that a folder lies on (df(1), POSIX output). Not for a mount that may hang. */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

export interface DiskSpace {
  readonly sizeBytes: number;
  readonly availableBytes: number;
  /** Files that can still be made; null where the file system does not say. */
  readonly availableInodes: number | null;
}

export function diskSpace(path: string): Fact<DiskSpace> {
  return {
    key: `disk:${path}`,
    probe: sh`df -P -k ${path} && df -P -i ${path}`,
    parse: (result) => {
      const [, space = '', , inodes = ''] = textOf(result).split('\n');
      const [, sizeKiB, , availableKiB] = space.split(/\s+/).map(Number);
      const [, allInodes, , freeInodes] = inodes.split(/\s+/).map(Number);
      return {
        sizeBytes: (sizeKiB ?? 0) * 1024,
        availableBytes: (availableKiB ?? 0) * 1024,
        availableInodes: allInodes === 0 || freeInodes === undefined ? null : freeInodes,
      };
    },
  };
}
