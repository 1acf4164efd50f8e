/** Whether programs may be run where a path lies: a hardened host mounts some of its file systems `noexec` (mount(8)). */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';
import { escapeOctal, unescapeOctal } from './mounts';

/**
 * The mount point that forbids it, or null. The path need not be there yet. It is looked up in the kernel's table (proc(5), mountinfo), where
 * the last mount on the longest target is what is seen.
 */
export function noExecMount(path: string): Fact<string | null> {
  const longest = sh`index(ENVIRON["path"], ($5 == "/" ? "" : $5) "/") == 1 && length($5) >= most { most = length($5); seen = $6 " " $5 } END { print seen }`;
  return {
    key: `no-exec:${path}`,
    probe: sh`[ -r /proc/self/mountinfo ] || exit 0
path=${escapeOctal(path)} awk ${longest.text} /proc/self/mountinfo`,
    parse: (result) => {
      const [options = '', target = ''] = textOf(result).trim().split(' ');
      return options.split(',').includes('noexec') ? unescapeOctal(target) : null;
    },
  };
}
