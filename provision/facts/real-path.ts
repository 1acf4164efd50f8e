/** Where a path really lies, as the kernel's table of mounts has it: without symbolic links on the way (readlink(1), -m). */
import { posix } from 'node:path';
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

/** The last part is not followed: a file system that is mounted there, and hangs, would hang the probe. */
export function realPath(path: string): Fact<string> {
  const { dir, base } = posix.parse(path);
  return {
    key: `real-path:${path}`,
    probe: sh`readlink -m ${dir}`,
    parse: (result) => posix.join(textOf(result).replace(/\n$/, ''), base),
  };
}
