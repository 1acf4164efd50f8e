/**
 * A mount point with nothing of ours on it: no Lustre file system, and no trap that would mount it again. What uses it is not killed: a
 * busy file system is a failure that names the processes, in a check as in an apply.
 */
import { SluiceError } from '../core/errors';
import { sh } from '../core/sh';
import { type Mount, mounts } from '../facts/mounts';
import { predicted } from '../facts/prediction';
import { type ProcessUse, processesUsing } from '../facts/processes';
import { mountUnitName } from './mount-unit-name';
import type { Change, Plan, Resource, Writer } from './resource';

export interface UnmountedParams {
  readonly target: string;
  /** As FSx calls it: another Lustre file system on the mount point is not ours to unmount. */
  readonly mountName: string;
  /** A unit that is stopped before, so that its processes hold nothing up. */
  readonly stoppedUnit: string;
}

interface State {
  readonly all: readonly Mount[];
  readonly mounted: readonly Mount[];
  readonly users: readonly ProcessUse[];
}

const unmountTimeoutMs = 120_000;

export function unmounted(params: UnmountedParams): Resource<State> {
  const { target } = params;
  return {
    name: `no mount on ${target}`,
    async inspect(reader) {
      const [all, users] = await Promise.all([reader.get(mounts), reader.get(processesUsing(target))]);
      return { all, mounted: all.filter((mount) => mount.target === target), users };
    },
    plan: (state) => plan(params, state),
    predict: ({ all }) => [
      predicted(
        mounts,
        all.filter((mount) => mount.target !== target),
      ),
    ],
    async apply(writer, change) {
      if (change.path === 'automount') await writer.run(sh`systemctl stop ${mountUnitName(target, 'automount')}`);
      else await unmount(writer, target);
    },
  };
}

async function unmount(writer: Writer, target: string): Promise<void> {
  try {
    await writer.run(sh`umount ${target}`, { timeoutMs: unmountTimeoutMs });
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'EXEC_TIMEOUT') throw error;
    throw new SluiceError(`umount ${target} does not end: the file system does not answer any more`, {
      code: 'UNMOUNT_TIMED_OUT',
      hint: `where it is gone for good: umount -f ${target} on the host, or umount -l ${target} if that hangs too, then run again; where it is not, see the security groups on the way`,
      cause: error,
    });
  }
}

function plan({ target, mountName, stoppedUnit }: UnmountedParams, { mounted, users }: State): Plan {
  const foreign = mounted.find(({ fsType, source }) => !isOurs(fsType, source, mountName));
  if (foreign !== undefined)
    return {
      kind: 'failed',
      reason: `${target} has ${foreign.fsType} ${foreign.source} mounted on it, which is not the file system of this configuration`,
      fix: `if nothing uses it: umount ${target}, then run again`,
    };
  const busy = users.filter(({ unit }) => unit !== stoppedUnit);
  if (mounted.some(({ fsType }) => fsType === 'lustre') && busy.length > 0)
    return {
      kind: 'failed',
      reason: `${target} is in use by ${busy.map(({ name, pid }) => `${name} (pid ${pid})`).join(', ')}`,
      fix: `end them, or let them leave ${target}, then run again`,
    };
  // The trap last: systemd detaches whatever is mounted over a trap that it takes away, in use or not.
  const trap = mounted.some(({ fsType }) => fsType === 'autofs');
  const ours = mounted.find(({ fsType }) => fsType === 'lustre');
  const changes: Change[] = [];
  if (ours !== undefined) changes.push({ path: 'state', action: 'remove', from: `lustre ${ours.source}`, to: null });
  if (trap) changes.push({ path: 'automount', action: 'remove', from: 'set', to: null });
  return changes;
}

function isOurs(fsType: string, source: string, mountName: string): boolean {
  return fsType === 'autofs' || (fsType === 'lustre' && source.endsWith(`:/${mountName}`));
}
