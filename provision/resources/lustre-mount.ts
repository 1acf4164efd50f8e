/**
 * The Lustre file system, mounted now.
 *
 * Identity is type `lustre`, mount name, target and address. A mounted FSx file system shows an address as its source where
 * fstab has a name, so the name is resolved on the host and compared; the trap that `x-systemd.automount` sets (type autofs)
 * is no mount. Another file system on the target is a failure: it is never covered by a second mount. While the name does not resolve,
 * the mount name alone has to do, and a warning says so.
 */
import { sh } from '../core/sh';
import { resolvedAddresses } from '../facts/addresses';
import type { Fact } from '../facts/fact';
import { type Mount, mounts } from '../facts/mounts';
import { predicted, unpredictable } from '../facts/prediction';
import { realPath } from '../facts/real-path';
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
  /** Where the kernel would list the mount. */
  readonly realTarget: string;
}

/** A missing security-group rule hangs a mount for about two minutes; this is past that. */
export const mountTimeoutMs = 200_000;

export function lustreMount(params: LustreMountParams): Resource<State> {
  const { dnsName, mountName, target, options } = params;
  const source = `${dnsName}@tcp:/${mountName}`;
  return {
    name: `mount ${target}`,
    async inspect(reader) {
      const [found, addresses, realTarget] = await Promise.all([
        reader.get(mounts),
        reader.get(resolvedAddresses(dnsName)),
        reader.get(realPath(target)),
      ]);
      const isHere = (mount: Mount) => mount.target === target;
      return { others: found.filter((mount) => !isHere(mount)), mounts: found.filter(isHere), addresses, realTarget };
    },
    plan: (state) => plan(params, state),
    note(state) {
      const source = state.mounts.at(-1)?.source ?? '';
      const elsewhere = state.others.filter((mount) => mount.source === source && mount.root === '/');
      if (elsewhere.length === 0) return undefined;
      const targets = elsewhere.map((mount) => mount.target).join(' ');
      const fix = `where that is left from another host.mountPoint: umount ${targets}`;
      return { reason: `${source} is mounted on ${targets} too`, fix };
    },
    warning(state) {
      const source = state.mounts.at(-1)?.source ?? '';
      if (state.addresses.length > 0 || nidOf(source)?.address === dnsName) return undefined;
      return {
        reason: `${dnsName} does not resolve on the host: that ${source} is it, only its mount name says`,
        fix: nameFix,
      };
    },
    predict: (state) => {
      const address = state.addresses[0] ?? dnsName;
      const mounted: Mount = { target, fsType: 'lustre', source: `${address}@tcp:/${mountName}`, root: '/', options };
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
          if (!lacking.some(takesMountAnew)) {
            await writer.run(remount(target, inFull(options, state.mounts.at(-1))), { timeoutMs: mountTimeoutMs });
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
  if (state.realTarget !== target)
    return {
      kind: 'blocked',
      reason: `${target} is ${state.realTarget} on this host: a symbolic link is on the way, and the mount would be listed there`,
      fix: `set host.mountPoint: ${state.realTarget}`,
    };
  const mounted = state.mounts.filter((mount) => mount.fsType !== 'autofs');
  const top = mounted.at(-1);
  if (top === undefined) return [{ path: 'state', action: 'create', from: null, to: `lustre ${source}` }];
  const refuse = (reason: string, orElse = '') => ({
    kind: 'failed' as const,
    reason,
    fix: `if nothing uses it: umount ${target}${orElse}, then run again`,
  });
  if (mounted.length > 1) return refuse(`${mounted.length} file systems are mounted on ${target}, one over the other`);
  const nid = nidOf(top.source);
  if (top.fsType !== 'lustre' || nid === undefined)
    return refuse(`${target} has ${top.fsType} ${top.source} mounted on it, not ${source}`);
  const isUnresolved = state.addresses.length === 0;
  const isThere = isUnresolved || [dnsName, ...state.addresses].includes(nid.address);
  if (nid.mountName !== mountName || !isThere) {
    const resolved = isUnresolved ? `${dnsName} does not resolve` : `${dnsName} is ${state.addresses.join(', ')}`;
    return refuse(
      `${target} has another Lustre file system mounted on it: ${top.source}, not ${source} (${resolved})`,
      `, or umount -f ${target} where that file system was deleted`,
    );
  }
  if (top.root !== '/') return refuse(`${target} has only ${top.root} of ${top.source} mounted on it`);
  const lacking = lackingOptions(options, top);
  if (lacking.length === 0) return [];
  if (isUnresolved && lacking.some(takesMountAnew))
    return {
      kind: 'failed',
      reason: `${lacking.join(',')} takes mounting anew, and ${dnsName} does not resolve on the host`,
      fix: nameFix,
    };
  const shown = top.options.filter(isComparable).join(',');
  return [{ path: 'options', action: 'update', from: shown, to: inFull(options, top).join(',') }];
}

const nameFix =
  'turn on DNS support and DNS hostnames of the VPC, see /etc/resolv.conf on the host, and whether the file system still exists';

/** A file system as the kernel shows it: `10.20.1.5@tcp:/abcdbbmv`. */
function nidOf(source: string): { readonly address: string; readonly mountName: string } | undefined {
  const [, address, mountName] = /^(.+?)@[a-z0-9]+(?::[^/]*)?:\/([^/]+)$/.exec(source) ?? [];
  return address === undefined || mountName === undefined ? undefined : { address, mountName };
}

/** Options of every mount, which a remount changes. */
const commonOptions = new Set(
  'rw ro atime noatime relatime strictatime nodiratime suid nosuid dev nodev exec noexec'.split(' '),
);
/**
 * Options of Lustre that it shows in every version (llite, ll_show_options). A remount takes them and does not change them (ll_remount_fs):
 * it has to be mounted anew.
 */
const lustreOptions = new Set(
  'flock localflock noflock user_xattr nouser_xattr lazystatfs nolazystatfs user_fid2path nouser_fid2path always_ping'.split(
    ' ',
  ),
);

/** What the kernel does not show, or only since a version: it holds where none of its rivals is shown. */
const rivals: Readonly<Record<string, readonly string[]>> = {
  rw: ['ro'],
  atime: ['noatime'],
  strictatime: ['noatime', 'relatime'],
  suid: ['nosuid'],
  dev: ['nodev'],
  exec: ['noexec'],
  noflock: ['flock', 'localflock'],
  nouser_xattr: ['user_xattr'],
  nolazystatfs: ['lazystatfs'],
  nouser_fid2path: ['user_fid2path'],
};

function takesMountAnew(option: string): boolean {
  return lustreOptions.has(option);
}

/** Those of which nobody can say whether they are in effect: where they are new, they are from the next mount on. */
export function unseenOptions(options: readonly string[]): readonly string[] {
  return options.filter((option) => !isComparable(option));
}

/** The kernel shows it as it was given, or its rivals; the rest is noise in a comparison. */
function isComparable(option: string): boolean {
  return commonOptions.has(option) || lustreOptions.has(option);
}

/** Where it is read-only and that was not asked for, `rw` has to be said: a remount keeps what nobody mentions (mount(8)). */
function inFull(options: readonly string[], mount: Mount | undefined): readonly string[] {
  const isMeant =
    mount?.options.includes('ro') !== true || options.some((option) => option === 'ro' || option === 'rw');
  return isMeant ? options : ['rw', ...options];
}

function lackingOptions(options: readonly string[], mount: Mount | undefined): readonly string[] {
  const shown = mount?.options ?? [];
  const holds = (option: string) => rivals[option]?.every((rival) => !shown.includes(rival)) ?? shown.includes(option);
  return inFull(options, mount).filter((option) => isComparable(option) && !holds(option));
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
