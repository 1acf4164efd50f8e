/** Which processes use a file system: by a working directory, a root, a program or an open file on it (proc(5)). */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

export interface ProcessUse {
  readonly pid: number;
  readonly name: string;
  /** The systemd unit that it belongs to; empty where there is none. */
  readonly unit: string;
}

/** The paths are compared, and nothing on the file system is touched: it may hang. */
export function processesUsing(path: string): Fact<readonly ProcessUse[]> {
  return {
    key: `processes:${path}`,
    probe: sh`path=${path}
find /proc/[0-9]*/cwd /proc/[0-9]*/root /proc/[0-9]*/exe /proc/[0-9]*/fd -maxdepth 1 -type l -printf '%p %l\n' 2>/dev/null |
awk -v path="$path" '{ target = substr($0, length($1) + 2); if (target == path || index(target, path "/") == 1) { split($1, part, "/"); print part[3] } }' | sort -nu |
while read -r pid; do
  read -r name </proc/$pid/comm || continue
  printf '%s %s %s\n' "$pid" "$(sed -n 's,.*/,,p' /proc/$pid/cgroup | grep '\.service$' | head -n 1)" "$name"
done 2>/dev/null`,
    parse: (result) =>
      textOf(result)
        .split('\n')
        .flatMap((line) => {
          const match = /^(\d+) (\S*) (.*)$/.exec(line);
          return match === null ? [] : [{ pid: Number(match[1]), unit: match[2] ?? '', name: match[3] ?? '' }];
        }),
  };
}
