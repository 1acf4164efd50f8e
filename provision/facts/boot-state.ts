/** What a host may still be busy with after its first boot: cloud-init, and whoever holds the package manager. */
import { SluiceError } from '../core/errors';
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

export type CloudInitState = 'absent' | 'running' | 'finished' | 'disabled';

/**
 * `finished` whether or not there were errors. /run/cloud-init/result.json is written at the end of each boot's run (cloud-init,
 * "How to determine boot status") and costs nothing to look for; only before that is the command asked, which takes a second.
 */
export const cloudInit: Fact<CloudInitState> = {
  key: 'cloud-init',
  probe: sh`if ! command -v cloud-init >/dev/null; then echo absent
elif [ -s /run/cloud-init/result.json ]; then echo finished
else cloud-init status; true; fi`,
  parse: (result) => {
    const text = textOf(result).trim();
    if (text === 'absent' || text === 'finished') return text;
    const status = /^status: (.*)$/m.exec(text)?.[1] ?? '';
    if (/^(running|not run|not started)$/.test(status)) return 'running';
    if (status === 'disabled') return 'disabled';
    if (/^(done|error|degraded)/.test(status)) return 'finished';
    throw new SluiceError(`cloud-init status says ${JSON.stringify(text)}`, {
      code: 'CLOUD_INIT_UNREADABLE',
      hint: 'see `cloud-init status --long` on the host',
    });
  },
};

export interface LockHolder {
  readonly pid: number;
  /** The name of its program: `dnf`, `unattended-upgr`. */
  readonly program: string;
  readonly file: string;
}

/** yum and dnf write their process id to these. */
const pidFiles = [
  '/run/yum.pid',
  '/run/dnf.pid',
  '/var/cache/dnf/metadata_lock.pid',
  '/var/cache/dnf/download_lock.pid',
  '/var/lib/dnf/rpmdb_lock.pid',
] as const;

/** rpm, dpkg and apt hold a lock (fcntl(2)) on these while they write. */
const lockFiles = [
  '/var/lib/rpm/.rpm.lock',
  '/usr/lib/sysimage/rpm/.rpm.lock',
  '/usr/share/rpm/.rpm.lock',
  '/var/lib/dpkg/lock-frontend',
  '/var/lib/dpkg/lock',
  '/var/lib/apt/lists/lock',
  '/var/cache/apt/archives/lock',
] as const;

/**
 * Prints `<pid> <program> <file>` for each. /proc/locks (proc(5)) names who holds a lock without taking one, which a probe must not;
 * flock(1) does not see these locks, and fuser(1) is not on every image. Its inodes are not compared: an overlay shows others.
 */
export const printLockHolders = sh`for file in ${pidFiles}; do
  if [ -s "$file" ]; then
    read -r pid <"$file"
    if [ -d "/proc/$pid" ]; then read -r name <"/proc/$pid/comm"; echo "$pid $name $file"; fi
  fi
done
while read -r _ _ _ access pid _; do
  if [ "$access" = WRITE ] && [ -d "/proc/$pid/fd" ]; then
    for file in ${lockFiles}; do
      [ -e "$file" ] || continue
      for open in "/proc/$pid/fd/"*; do
        if [ "$open" -ef "$file" ]; then read -r name <"/proc/$pid/comm"; echo "$pid $name $file"; break; fi
      done
    done
  fi
done </proc/locks; true`;

/** Who writes to the package database at this moment. Root sees all of them. */
export const packageLocks: Fact<readonly LockHolder[]> = {
  key: 'package-locks',
  probe: printLockHolders,
  parse: (result) =>
    textOf(result)
      .split('\n')
      .flatMap((line) => {
        const [, pid, program = '', file = ''] = /^(\d+) (.*) (\/\S+)$/.exec(line) ?? [];
        return pid === undefined ? [] : [{ pid: Number(pid), program, file }];
      }),
};
