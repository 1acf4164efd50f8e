/** What is mounted where, as the kernel sees it. */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

export interface Mount {
  readonly target: string;
  readonly fsType: string;
  /** For Lustre `10.20.1.5@tcp:/abcdbbmv`: an address, whatever the name in fstab. */
  readonly source: string;
  /** The folder of the file system that is seen: `/`, unless a part of it was mounted here (mount(8), --bind). */
  readonly root: string;
  /** Of the mount and of the file system together. */
  readonly options: readonly string[];
}

/**
 * In the order they were made: of several on one target, the last is what is seen. findmnt(8) reads the kernel's table, not
 * fstab, and joins the options of the mount with those of its file system.
 */
export const mounts: Fact<readonly Mount[]> = {
  key: 'mounts',
  probe: sh`findmnt --kernel --raw --noheadings --nofsroot --output TARGET,FSTYPE,SOURCE,FSROOT,OPTIONS`,
  parse: (result) =>
    textOf(result)
      .split('\n')
      .filter((line) => line !== '')
      .map(parseLine),
};

function parseLine(line: string): Mount {
  const [target = '', fsType = '', source = '', root = '', options = ''] = line.split(' ').map(unescapeHex);
  return { target, fsType, source, root, options: options.split(',') };
}

/** findmnt --raw writes blanks and control characters as `\x20`. */
function unescapeHex(text: string): string {
  return text.replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** In fstab(5) and /proc/self/mountinfo, space, tab, newline and backslash are written as `\040` and so on. */
export function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

export function escapeOctal(text: string): string {
  return text.replace(/[ \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
