/**
 * What mount.lustre says, turned into a cause and a cure (FSx for Lustre user guide, "Troubleshooting", file system mount
 * fails; Lustre manual, mount.lustre(8)). The one place that reads its messages.
 */
import { SluiceError } from '../core/errors';
import { CommandFailed } from './writer';

interface MountFailure {
  readonly code: string;
  readonly says: RegExp;
  readonly cause: string;
  readonly fix: string;
}

const failures: readonly MountFailure[] = [
  {
    code: 'MOUNT_NAME_UNRESOLVED',
    says: /can't parse NID|name or service not known|could not resolve/i,
    cause: 'the name of the file system does not resolve on the host',
    fix: 'turn on DNS support and DNS hostnames of the VPC, and see /etc/resolv.conf on the host',
  },
  {
    code: 'MOUNT_MGS_SILENT',
    says: /input\/output error|is the MGS running/i,
    cause: 'the file system does not answer: most often a security group refuses its answers',
    fix: 'allow TCP 988 and 1018-1023 both ways between the host and the file system, outbound rules too',
  },
  {
    code: 'MOUNT_TIMED_OUT',
    says: /connection timed out/i,
    cause: 'no packet reaches the file system: a security group or a route is missing',
    fix: 'allow TCP 988 and 1018-1023 from the host to the file system, and put both into subnets that reach each other',
  },
  {
    code: 'MOUNT_NAME_WRONG',
    says: /no such file or directory/i,
    cause: 'the file system has no such mount name',
    fix: 'take mount_name from `terraform output`; it changes when the file system is replaced',
  },
  {
    code: 'MOUNT_MODULE_MISSING',
    says: /no such device|unknown (file ?system|fs) type/i,
    cause: 'the kernel has no lustre file system',
    fix: 'run with --tags lustre-client, or look at `modinfo -k $(uname -r) lustre`',
  },
  {
    code: 'MOUNT_BUSY',
    says: /is busy/i,
    cause: 'other options want it mounted anew, and something uses it',
    fix: 'let the pull end (npx sluice pull status), and whatever else uses the mount point (fuser -vm); then run again',
  },
  {
    code: 'MOUNT_VERSION_REFUSED',
    says: /invalid argument|wrong fs type/i,
    cause: 'client and file system do not understand each other: most often the client is too old or too new',
    fix: 'a 2.10 client mounts 2.10 and 2.12, a 2.12 client all, a 2.15 client 2.12 and 2.15: change host.lustreClient',
  },
];

const unknown: Omit<MountFailure, 'says'> = {
  code: 'MOUNT_FAILED',
  cause: 'mount.lustre gives a reason that is none of the usual ones',
  fix: 'see what the kernel says of it: dmesg | grep -i lustre',
};

/** The error of a failed mount, with its cause where the message is a known one. */
export function mountFailure(mount: { source: string; target: string }, error: unknown): unknown {
  if (!(error instanceof SluiceError)) return error;
  const output = error instanceof CommandFailed ? error.output : '';
  const code = error.code === 'EXEC_TIMEOUT' ? 'MOUNT_TIMED_OUT' : undefined;
  const known =
    failures.find((failure) => failure.code === code || failure.says.test(output)) ??
    (error instanceof CommandFailed ? unknown : undefined);
  if (known === undefined) return error;
  const said = output === '' ? error.message : output.replaceAll('\n', ' ');
  return new SluiceError(`${mount.source} does not mount on ${mount.target}: ${known.cause} (${said})`, {
    code: known.code,
    hint: known.fix,
    cause: error,
  });
}
