/** What is mounted where, as the kernel sees it (proc(5), /proc/self/mountinfo). */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

export interface Mount {
  readonly target: string;
  readonly fsType: string;
  /** For Lustre `10.20.1.5@tcp:/abcdbbmv`: an address, whatever the name in fstab. */
  readonly source: string;
  /** Of the mount and of the file system together. */
  readonly options: readonly string[];
}

/** In the order they were made: of several on one target, the last is what is seen. */
export const mounts: Fact<readonly Mount[]> = {
  key: 'mounts',
  probe: sh`cat /proc/self/mountinfo`,
  parse: (result) =>
    textOf(result)
      .split('\n')
      .filter((line) => line !== '')
      .map(parseMountinfoLine),
};

function parseMountinfoLine(line: string): Mount {
  const [own = '', superBlock = ''] = line.split(' - ', 2);
  const [, , , , target = '', mountOptions = ''] = own.split(' ');
  const [fsType = '', source = '', superOptions = ''] = superBlock.split(' ');
  const options = new Set([...mountOptions.split(','), ...superOptions.split(',')].filter((option) => option !== ''));
  return { target: unescapeOctal(target), fsType, source: unescapeOctal(source), options: [...options] };
}

/** Space, tab, newline and backslash are written as `\040` and so on, here and in fstab(5). */
export function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

export function escapeOctal(text: string): string {
  return text.replace(/[ \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
