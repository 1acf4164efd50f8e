/** What yum, dnf and apt-get say when an installation fails, turned into a cause and a cure. The one place that reads their messages. */
import { SluiceError } from '../core/errors';
import { diskFull, type HostTrouble, readOnlyDisk, wrongClock } from '../core/host-trouble';
import { CommandFailed } from './writer';

interface PackageFailure extends HostTrouble {
  readonly code: string;
  readonly retryable: boolean;
}

/** The code of an installation that another package manager stood in the way of: it began after the play had looked. */
export const packageManagerBusy = 'PACKAGE_MANAGER_BUSY';

const failures: readonly PackageFailure[] = [
  {
    code: 'PACKAGE_SIGNATURE',
    says: /NO_PUBKEY|GPG check FAILED|is not signed|signatures? (?:couldn't|could not) be verified/i,
    cause: 'the signature does not verify',
    fix: 'see whether the publisher changed its key; after you have checked the new one, remove the key file and run again',
    retryable: false,
  },
  {
    code: packageManagerBusy,
    // yum tells of a lock that it waits for too, whatever happens after.
    says: /could not get lock|is another process using it|locked by another process|holding the (?:yum|dnf) lock; exiting|transaction lock on .*resource temporarily unavailable/i,
    cause: 'another package manager is at work',
    fix: 'wait for it to end (ps, cloud-init status), then run again',
    retryable: true,
  },
  // Before the mirror, which is blamed for them too.
  { code: 'PACKAGE_NO_SPACE', ...diskFull, retryable: false },
  { code: 'PACKAGE_DISK_READ_ONLY', ...readOnlyDisk, retryable: false },
  { code: 'PACKAGE_CLOCK', ...wrongClock, retryable: false },
  {
    code: 'PACKAGE_MIRROR_UNREACHABLE',
    says: /failed to fetch|cannot download|failed to download|could not resolve host|temporary failure resolving|no more mirrors|curl error|cannot find a valid baseurl/i,
    cause: 'the package repository does not answer',
    fix: 'let the host reach its repositories by HTTPS (route, security group, proxy, S3 gateway endpoint policy)',
    retryable: true,
  },
  {
    code: 'PACKAGE_HELD',
    says: /filtered out by exclude filtering|held packages were changed/i,
    cause: 'the host holds it back',
    fix: 'let it go: apt-mark showhold and unhold; with dnf versionlock list and delete, and exclude= in /etc/dnf/dnf.conf and /etc/yum.repos.d; then run again',
    retryable: false,
  },
  {
    code: 'PACKAGE_UNKNOWN',
    says: /unable to locate package|no match for argument|no package .* available|has no installation candidate/i,
    cause: 'the repository has no such package',
    fix: 'it may not have one for this kernel yet: boot an older kernel of the list (docs/hosts.md), or run again when it has',
    retryable: false,
  },
];

/** The error of a failed installation, with its cause where the message is a known one. */
export function packageFailure(name: string, error: unknown): unknown {
  if (!(error instanceof CommandFailed)) return error;
  // Of a package that there is not, yum and dnf say why on standard output; what went on before the failure is there too.
  const known = failureIn(error.output) ?? failureIn(error.stdout);
  if (known === undefined) return error;
  return new SluiceError(`${name} cannot be installed: ${known.cause} (${error.output.replaceAll('\n', ' ')})`, {
    code: known.code,
    retryable: known.retryable,
    hint: known.fix,
    cause: error,
  });
}

function failureIn(said: string): PackageFailure | undefined {
  return failures.find(({ says }) => says.test(said));
}
