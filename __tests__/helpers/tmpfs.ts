/** File systems of a test's own, of the size it wants. */
import { spawnSync } from 'node:child_process';
import { isRoot, type Need } from './needs';

/** Containers may be root and yet not mount. */
export function tmpfsNeeds(): readonly Need[] {
  const mayMount =
    isRoot.met && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'sluice-test', '/mnt']).status === 0;
  return [isRoot, { what: 'leave to mount', met: mayMount }];
}

/** Mount options as tmpfs(5) has them: `size=5m`. */
export function mountAt(path: string, ...options: readonly string[]): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options.join(','), 'sluice-test', path]).status === 0;
}

export function remountAt(path: string, ...options: readonly string[]): boolean {
  return spawnSync('mount', ['-o', ['remount', ...options].join(','), path]).status === 0;
}

export function unmountAt(path: string): void {
  spawnSync('umount', ['-l', path]);
}
