/** The kernel that runs, and the one that the next boot will run. They change with a reboot, so neither is kept over one. */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

export interface RunningKernel {
  /** `uname -r`: 5.10.240-238.955.amzn2.x86_64 */
  readonly release: string;
  /** Another one after every boot: /proc/sys/kernel/random/boot_id, random(4). */
  readonly bootId: string;
}

export const runningKernel: Fact<RunningKernel> = {
  key: 'kernel',
  probe: sh`uname -r; cat /proc/sys/kernel/random/boot_id`,
  parse: (result) => {
    const [release = '', bootId = ''] = textOf(result).split('\n');
    return { release, bootId };
  },
};

export interface NextKernel {
  readonly release: string;
  /** It has the module. */
  readonly hasModule: boolean;
}

/** What grubby(8) says boots next, else what GRUB_DEFAULT names and is there, else the newest kernel in /boot; null where none is known. */
export function nextKernel(module: string): Fact<NextKernel | null> {
  return {
    key: `next-kernel:${module}`,
    probe: sh`next=$(grubby --default-kernel 2>/dev/null | sed -n 's/.*vmlinuz-//p')
[ -n "$next" ] || {
  next=$(sed -n 's/^ *set default=".*, with Linux \\([^"]*\\)"$/\\1/p' /boot/grub/grub.cfg 2>/dev/null | head -n 1)
  [ -e "/boot/vmlinuz-$next" ] || next=
}
[ -n "$next" ] || next=$(ls /boot 2>/dev/null | sed -n 's/^vmlinuz-\\([1-9].*\\)/\\1/p' | sort -V | tail -n 1)
[ -n "$next" ] || exit 0
echo "$next"
if modinfo -k "$next" ${module} >/dev/null 2>&1; then echo has-module; fi`,
    parse: (result) => {
      const [release = '', module] = textOf(result).split('\n');
      return release === '' ? null : { release, hasModule: module === 'has-module' };
    },
  };
}
