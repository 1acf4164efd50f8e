/**
 * A kernel module for the kernel that runs. `modinfo -k` is the authority on whether it is there: a package's name says
 * nothing of the kernel it was built for.
 */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

export interface KernelModule {
  /** The running kernel has it. */
  readonly available: boolean;
  readonly loaded: boolean;
  /** As the module says it: `2.12.8`; null where it is not available, or says none. */
  readonly version: string | null;
}

export function kernelModule(name: string): Fact<KernelModule> {
  return {
    key: `kernel-module:${name}`,
    probe: sh`if version=$(modinfo -k "$(uname -r)" -F version ${name} 2>/dev/null); then echo available; [ -z "$version" ] || printf 'version %s\\n' "$version"; fi
if [ -d ${`/sys/module/${name.replaceAll('-', '_')}`} ]; then echo loaded; fi`,
    parse: (result) => {
      const words = textOf(result).split('\n');
      const version = words.find((word) => word.startsWith('version '))?.slice('version '.length) ?? null;
      return { available: words.includes('available'), loaded: words.includes('loaded'), version };
    },
  };
}
