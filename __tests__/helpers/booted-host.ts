/**
 * A host to provision: a whole systemd userland booted in about a second over an overlay of this machine's `/`, dressed as one of
 * the systems on EC2. Real: systemd, sshd, sudo, fstab, mount units, automount, journal, reboots. Stood in for (booted-host/stand-ins): the
 * package managers, the kernel's version and modules, and Lustre. It ends with the test process, and leaves nothing behind.
 *
 * Limits: the kernel's own mount table (/proc/self/mountinfo) says `overlay` where findmnt says `lustre`; `/proc/modules` is
 * the machine's, while lsmod and /sys/module are the host's.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileSystemsScript, type StandInFileSystem } from './booted-host/file-systems';
import { type HostOs, operatingSystems } from './booted-host/operating-systems';
import { descendantsOf, type LeasedProcess, startLeased } from './leased-process';
import { isRoot, type Need, program } from './needs';
import { createKey, type KeyFiles } from './ssh-keys';

export const bootedHostNeeds: readonly Need[] = [
  isRoot,
  { what: 'overlayfs', met: knowsOverlay() },
  { what: '/dev/autofs', met: existsSync('/dev/autofs') },
  ...['systemd-nspawn', 'unshare', 'nsenter', 'ip', 'sshd', 'ssh-keygen', 'sudo', 'dbus-daemon', 'ps'].map(program),
];

export type Machine = 'x86_64' | 'aarch64';

export interface BootedHostOptions {
  readonly os: HostOs;
  /** `uname -r`. Default: one that the default client of the system is built for. */
  readonly kernel?: string;
  /** `uname -m`. Default x86_64. */
  readonly machine?: Machine;
  readonly fileSystems?: readonly StandInFileSystem[];
  /** More files of the host, by path without the first slash. */
  readonly files?: Readonly<Record<string, string>>;
}

interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface BootedHost {
  /** Reachable from this machine alone. */
  readonly address: string;
  /** This machine, as the host reaches it. */
  readonly gateway: string;
  readonly port: 22;
  /** `ec2-user`, who may do anything by sudo. */
  readonly username: 'ec2-user';
  readonly identityFile: string;
  /** ed25519 and ecdsa. */
  readonly hostKeyFingerprints: readonly string[];
  /** Runs a shell script as root, not over SSH. */
  exec(script: string): Promise<ExecResult>;
  /** As `exec`, giving what it printed; rejects where it does not exit with 0. */
  run(script: string): Promise<string>;
  /** What this machine calls a path of the host. Do not follow absolute links there. Other after a reboot. */
  path(hostPath: string): string;
  /** Replaces the file systems there are; what is mounted stays mounted. */
  setFileSystems(fileSystems: readonly StandInFileSystem[]): Promise<void>;
  /** Resolves when it is up again. `powerCut`: nothing is stopped, unmounted or synced before. */
  reboot(how?: 'orderly' | 'powerCut'): Promise<void>;
  /** The journal of this boot, or what was printed while it did not come up. */
  logs(): Promise<string>;
  /** May run twice. */
  stop(): Promise<void>;
}

/** A host for as long as `use` takes. */
export async function withBootedHost(
  options: BootedHostOptions,
  use: (host: BootedHost) => Promise<void>,
): Promise<void> {
  const host = await startBootedHost(options);
  try {
    await use(host);
  } finally {
    await host.stop();
  }
}

const readyLine = 'host is ready';
const bootScript = join(__dirname, 'booted-host/boot.sh');

export async function startBootedHost(options: BootedHostOptions): Promise<BootedHost> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-host-'));
  const identity = createKey(join(folder, 'identity'));
  const hostKeys = writeHostFiles(join(folder, 'files'), options, identity);
  writeFileSync(join(folder, 'settings'), `os=${operatingSystems[options.os].standIns}\n`);
  const namespaces = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const machine = await startLeased('unshare', [...namespaces, 'sh', bootScript, folder], {
    afterwards: cleanup(folder),
  });
  await nextBoot(machine);
  const address = /^host address (\S+)$/m.exec(machine.output())?.[1] ?? '';
  const exec = (script: string) => execInside(firstProcessOf(machine), script);
  const run = async (script: string) => {
    const { exitCode, stdout, stderr } = await exec(script);
    if (exitCode !== 0) throw new Error(`${script}: exit ${exitCode}\n${stdout}${stderr}`);
    return stdout;
  };
  const setFileSystems = async (fileSystems: readonly StandInFileSystem[]) => {
    await run(fileSystemsScript(fileSystems));
  };
  await setFileSystems(options.fileSystems ?? []);
  return {
    address,
    gateway: address.replace(/\d+$/, (last) => String(Number(last) - 1)),
    port: 22,
    username: 'ec2-user',
    identityFile: identity.privateKeyFile,
    hostKeyFingerprints: hostKeys.map((key) => key.fingerprint),
    exec,
    run,
    path: (hostPath) => join('/proc', String(firstProcessOf(machine)), 'root', hostPath),
    setFileSystems,
    reboot: async (how = 'orderly') => {
      const booted = nextBoot(machine);
      // The command ends with the host, so how it ended says nothing.
      await exec(how === 'orderly' ? 'systemctl reboot' : 'systemctl reboot --force --force');
      await booted;
    },
    logs: async () => {
      const journal = await exec('journalctl --boot --no-pager').catch(() => undefined);
      return journal?.stdout ?? machine.output();
    },
    stop: () => machine.stop(),
  };
}

function writeHostFiles(root: string, options: BootedHostOptions, identity: KeyFiles): readonly KeyFiles[] {
  const system = operatingSystems[options.os];
  const machine = options.machine ?? 'x86_64';
  const kernel = options.kernel ?? system.kernel.replace('x86_64', machine);
  const files: Record<string, string> = {
    'etc/os-release': system.release,
    'usr/lib/os-release': system.release,
    'etc/hostname': 'ip-10-20-1-10.ec2.internal\n',
    'etc/stand-ins/kernel': `${kernel}\n`,
    'etc/stand-ins/machine': `${machine}\n`,
    'etc/stand-ins/glibc': `${system.glibc}\n`,
    'etc/stand-ins/file-systems': '',
    'home/ec2-user/.ssh/authorized_keys': readFileSync(identity.publicKeyFile, 'utf8'),
    ...options.files,
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  mkdirSync(join(root, 'etc/ssh'), { recursive: true });
  return (['ed25519', 'ecdsa'] as const).map((type) => createKey(join(root, `etc/ssh/ssh_host_${type}_key`), type));
}

function nextBoot(machine: LeasedProcess): Promise<void> {
  const seen = machine.output().split(readyLine).length - 1;
  return machine.printed(new RegExp(`(${readyLine}[^]*){${seen + 1}}`));
}

/** The host's init: the process whose number is 1 in the innermost of three PID namespaces (this machine, boot.sh, the host). */
function firstProcessOf(machine: LeasedProcess): number {
  const found = descendantsOf(machine.pid).find((pid) => /^NSpid:\t\d+\t\d+\t1$/m.test(statusOf(pid)));
  if (found === undefined) throw new Error(`the host does not run:\n${machine.output()}`);
  return found;
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

async function execInside(pid: number, script: string): Promise<ExecResult> {
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup'];
  const child = spawn('nsenter', ['--target', String(pid), ...namespaces, '--', 'sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8' },
  });
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { exitCode: exitCode ?? -1, stdout, stderr };
}

/** Namespaces take everything with them but the temporary folder and the control groups, empty once the last process is gone. */
function cleanup(folder: string): string {
  return `unshare --mount --propagation private sh -c '
  mount -t cgroup2 cgroup2 "$1/host" && cd "$1/host/$2" || exit
  while grep -q "populated 1" cgroup.events; do sleep 0.02; done
  cd .. && find "$2" -depth -type d -exec rmdir {} +
' cleanup ${folder} ${basename(folder)}
rm -rf ${folder}`;
}

function knowsOverlay(): boolean {
  try {
    return readFileSync('/proc/filesystems', 'utf8').includes('\toverlay\n');
  } catch {
    return false;
  }
}
