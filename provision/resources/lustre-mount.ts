/**
 * The Lustre file system, mounted now.
 *
 * Identity is type `lustre`, mount name, target and address. A mounted FSx file system shows an address as its source where
 * fstab has a name, so the name is resolved on the host and compared; the trap that `x-systemd.automount` sets (type autofs)
 * is no mount. Another file system on the target is a failure: it is never covered by a second mount.
 */
import { sh } from '../core/sh';
import { resolvedAddresses } from '../facts/addresses';
import type { Fact } from '../facts/fact';
import { type Mount, mounts } from '../facts/mounts';
import { predicted, unpredictable } from '../facts/prediction';
import { mountFailure } from './mount-failure';
import type { Plan, Resource, Writer } from './resource';

export interface LustreMountParams {
  readonly dnsName: string;
  readonly mountName: string;
  readonly target: string;
  /** For mount(8), without those that only fstab and systemd read. */
  readonly options: readonly string[];
  /** Facts that mounting makes anew. */
  readonly brings?: readonly Fact<unknown>[];
}

interface State {
  readonly others: readonly Mount[];
  /** On the target, the last one on top. */
  readonly mounts: readonly Mount[];
  readonly addresses: readonly string[];
}

/** A missing security-group rule hangs a mount for about two minutes; this is past that. */
const mountTimeoutMs = 200_000;

export function lustreMount(params: LustreMountParams): Resource<State> {
  const { dnsName, mountName, target, options } = params;
  const source = `${dnsName}@tcp:/${mountName}`;
  return {
    name: `mount ${target}`,
    async inspect(reader) {
      const [found, addresses] = await Promise.all([reader.get(mounts), reader.get(resolvedAddresses(dnsName))]);
      const isHere = (mount: Mount) => mount.target === target;
      return { others: found.filter((mount) => !isHere(mount)), mounts: found.filter(isHere), addresses };
    },
    plan: (state) => plan(params, state),
    predict: (state) => {
      const address = state.addresses[0] ?? dnsName;
      const mounted: Mount = { target, fsType: 'lustre', source: `${address}@tcp:/${mountName}`, options };
      const brings = params.brings ?? [];
      return [
        predicted(mounts, [...state.others, mounted]),
        ...brings.map((fact) => unpredictable(fact, `${target} is mounted first`)),
      ];
    },
    async apply(writer, change, state) {
      try {
        if (change.path === 'options') {
          const lacking = lackingOptions(options, state.mounts.at(-1));
          if (!lacking.some((option) => lustreOptions.has(option))) {
            await writer.run(remount(target, options), { timeoutMs: mountTimeoutMs });
            return;
          }
          await writer.run(sh`umount ${target}`, { timeoutMs: mountTimeoutMs });
        }
        if (state.mounts.some(({ fsType }) => fsType === 'autofs')) await springTrap(writer, target);
        else await writer.run(mountOnce(source, { target, options }), { timeoutMs: mountTimeoutMs });
      } catch (error) {
        throw mountFailure({ source, target }, error);
      }
    },
  };
}

function plan({ dnsName, mountName, target, options }: LustreMountParams, state: State): Plan {
  const source = `${dnsName}@tcp:/${mountName}`;
  const mounted = state.mounts.filter((mount) => mount.fsType !== 'autofs');
  const top = mounted.at(-1);
  if (top === undefined) return [{ path: 'state', action: 'create', from: null, to: `lustre ${source}` }];
  const refuse = (reason: string) => ({
    kind: 'failed' as const,
    reason,
    fix: `if nothing uses it: umount ${target}, then run again`,
  });
  if (mounted.length > 1) return refuse(`${mounted.length} file systems are mounted on ${target}, one over the other`);
  const nid = /^(.+?)@[a-z0-9]+(?::[^/]*)?:\/([^/]+)$/.exec(top.source);
  if (top.fsType !== 'lustre' || nid === null)
    return refuse(`${target} has ${top.fsType} ${top.source} mounted on it, not ${source}`);
  const [, address = '', name = ''] = nid;
  if (name !== mountName || ![dnsName, ...state.addresses].includes(address)) {
    const resolved =
      state.addresses.length === 0 ? `${dnsName} does not resolve` : `${dnsName} is ${state.addresses.join(', ')}`;
    return refuse(`${target} has another Lustre file system mounted on it: ${top.source}, not ${source} (${resolved})`);
  }
  if (lackingOptions(options, top).length === 0) return [];
  const shown = top.options.filter(isComparable).join(',');
  return [{ path: 'options', action: 'update', from: shown, to: options.join(',') }];
}

/** Options of every mount, which a remount changes. */
const commonOptions = new Set('rw ro atime noatime relatime strictatime suid nosuid dev nodev exec noexec'.split(' '));
/** Options of Lustre, which a remount takes and does not change (llite, ll_remount_fs): it has to be mounted anew. */
const lustreOptions = new Set(['flock', 'localflock', 'noflock']);

/** What the kernel does not show, or only since a version: it holds where none of its rivals is shown. */
const rivals: Readonly<Record<string, readonly string[]>> = {
  atime: ['noatime'],
  strictatime: ['noatime', 'relatime'],
  suid: ['nosuid'],
  dev: ['nodev'],
  exec: ['noexec'],
  noflock: ['flock', 'localflock'],
};

/** The kernel shows it as it was given, or its rivals; the rest is noise in a comparison. */
function isComparable(option: string): boolean {
  return commonOptions.has(option) || lustreOptions.has(option);
}

function lackingOptions(options: readonly string[], mount: Mount | undefined): readonly string[] {
  const shown = mount?.options ?? [];
  const holds = (option: string) => rivals[option]?.every((rival) => !shown.includes(rival)) ?? shown.includes(option);
  return options.filter((option) => isComparable(option) && !holds(option));
}

/** One at a time: a mount that a lost connection left running is waited for, or this one would be a second one over it. */
function mountOnce(source: string, { target, options }: Pick<LustreMountParams, 'target' | 'options'>) {
  return sh`exec 9>/run/sluice-mount.lock; flock 9 || exit
findmnt --kernel --types lustre --mountpoint ${target} >/dev/null || mount -t lustre -o ${options.join(',')} ${source} ${target} 9>&-`;
}

/** `atime` alone leaves a noatime as it is: to the kernel it is no option, and relatime is what it then does (mount(2), MS_REMOUNT). */
function remount(target: string, options: readonly string[]) {
  const given = options.map((option) => (option === 'atime' ? 'relatime' : option));
  return sh`mount -o ${`remount,${given.join(',')}`} ${target}`;
}

/** Where systemd's trap is set, mounting over it would mount twice: systemd is asked to do it, and its journal why it failed. */
async function springTrap(writer: Writer, target: string): Promise<void> {
  await writer.run(
    sh`unit=$(systemd-escape -p --suffix=mount ${target})
systemctl start "$unit" && exit 0
status=$?; journalctl -u "$unit" -n 5 -o cat >&2; exit $status`,
    { timeoutMs: mountTimeoutMs },
  );
}
