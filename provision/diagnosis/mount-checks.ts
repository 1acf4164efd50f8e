/** What a test of the mount would ask, apart from what would be changed. */
import type { Connection } from '../connection/connection';
import { sh } from '../core/sh';
import { forecast } from '../evaluate';
import { type Mount, mounts } from '../facts/mounts';
import type { PredictedFacts } from '../facts/prediction';
import { unseenOptions } from '../resources/lustre-mount';
import type { RoleTask } from '../role';
import { type Check, type Outcome, ok, problem } from './check';

/** Mounted, the right file system, the right options: three answers from the plan of the one task that mounts. */
export function mountChecks(
  task: RoleTask,
  { target, options }: { readonly target: string; readonly options: readonly string[] },
): readonly Check[] {
  const unseen = unseenOptions(options);
  const ifNew =
    unseen.length === 0 ? '' : `; not shown by the kernel, and if new in effect from the next mount: ${unseen}`;
  const look = async (facts: PredictedFacts) => {
    const [found, verdict] = await Promise.all([facts.get(mounts), forecast(task.resource, facts.fork())]);
    const mount = found.findLast((each) => each.target === target && each.fsType !== 'autofs');
    const change = verdict.kind === 'changes' ? verdict.changes[0] : undefined;
    return { mount, verdict, change };
  };
  const cure = 'npx sluice provision --tags lustre-mount';
  const answer = (
    name: string,
    judge: (seen: Awaited<ReturnType<typeof look>> & { mount: Mount }) => Outcome,
  ): Check => ({
    name,
    async look(facts) {
      const { mount, ...seen } = await look(facts);
      return mount === undefined ? { status: 'unknown', detail: 'nothing is mounted' } : judge({ mount, ...seen });
    },
  });
  return [
    {
      name: `mounted on ${target}`,
      async look(facts) {
        const { mount } = await look(facts);
        if (mount?.fsType === 'lustre') return ok('a Lustre file system');
        return problem(mount === undefined ? 'nothing is mounted' : `${mount.fsType} is mounted`, cure);
      },
    },
    answer('right file system', ({ mount, verdict }) => {
      if (verdict.kind === 'ok' && verdict.warning !== undefined)
        return { status: 'unknown', detail: verdict.warning.reason, cure: verdict.warning.fix };
      if (verdict.kind === 'ok') return ok(mount.source, verdict.note);
      if (verdict.kind !== 'stopped') return ok(mount.source);
      return problem(verdict.result.reason ?? 'it is another one', verdict.result.fix ?? cure);
    }),
    answer('mount options', ({ mount, change }) => {
      if (change?.path !== 'options') return ok(`${mount.options.join(',')}${ifNew}`);
      return problem(`${change.from}, not ${change.to}`, cure);
    }),
  ];
}

export const writableCheckName = 'writable';

/** From the options alone. */
export function mountedReadWriteCheck(target: string): Check {
  return {
    name: writableCheckName,
    async look(facts) {
      const mount = (await facts.get(mounts)).findLast((each) => each.target === target);
      if (mount?.fsType !== 'lustre') return { status: 'unknown', detail: 'nothing is mounted' };
      if (mount.options.includes('ro')) return problem('it is mounted read-only', `mount -o remount,rw ${target}`);
      return ok('mounted read-write (--write-probe proves it)');
    },
  };
}

export interface WriteProbe {
  readonly target: string;
  /** Outside every association, so that FSx exports nothing. */
  readonly stagingPath: string;
}

/**
 * Makes, syncs and removes one small file: in the staging folder, or beside where it will be, and only on Lustre. The one write of a
 * verification, and only on request.
 */
export async function probeWriting(connection: Connection, { target, stagingPath }: WriteProbe): Promise<Outcome> {
  const script = sh`[ "$(findmnt --kernel --noheadings --output FSTYPE --mountpoint ${target} | tail -n 1)" = lustre ] || { echo 'nothing of Lustre is mounted' >&2; exit 1; }
folder=${stagingPath}; [ -d "$folder" ] || folder=${target}
file=$(mktemp "$folder/.sluice-write-probe.XXXXXX") || exit
trap 'rm -f "$file"' EXIT
printf probe >"$file" && sync "$file" && [ "$(cat "$file")" = probe ] && echo "$folder"`;
  const { exitCode, stdout, stderr } = await connection.exec(script, { timeoutMs: 60_000 });
  if (exitCode === 0) return ok(`a file was written to ${stdout.toString().trim()}, read and removed`);
  return problem(
    `no file can be written: ${stderr.trim() || `exit ${exitCode}`}`,
    'see free space (lfs df -h), the mount (dmesg | grep -i lustre), and the permissions of the staging folder',
  );
}
