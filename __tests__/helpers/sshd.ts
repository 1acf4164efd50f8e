/**
 * A real OpenSSH server, by default on loopback, with a configuration, host keys and an authorized key of its own. Runs as root
 * or as an ordinary user; serves the user who runs the tests. Files are read and written under absolute paths.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { pinnedHostKeys } from '../../provision/connection/host-key-policy';
import type { SshTarget } from '../../provision/connection/ssh';
import { Secret } from '../../provision/core/secret';
import { descendantsOf, killIfThere, startLeased, startListening } from './leased-process';
import { findProgram, type Need, program } from './needs';
import { createKey, type KeyType } from './ssh-keys';

export const sshdNeeds: readonly Need[] = [program('sshd'), program('ssh-keygen'), program('ps')];

export interface SshdOptions {
  /** Lines of sshd_config, first value wins: `{ RekeyLimit: '64M', MaxSessions: 4, Ciphers: 'aes128-ctr' }`. */
  readonly config?: Readonly<Record<string, string | number>>;
  /** Kinds of host key, one each. Default: ed25519 alone. */
  readonly hostKeyTypes?: readonly KeyType[];
  /** Takes the host keys from another server: a server replaced behind the same address keeps or changes its keys. */
  readonly hostKeysFrom?: Sshd;
  /** Default 127.0.0.1; a booted host reaches its `gateway`. */
  readonly address?: string;
  /** Default: any free port. */
  readonly port?: number;
  /** The SFTP subsystem: inside sshd (default), the sftp-server program, or none. */
  readonly sftp?: 'internal-sftp' | 'sftp-server' | 'none';
  /** Options of the SFTP subsystem: `['-R']` for read-only. */
  readonly sftpArgs?: readonly string[];
}

export interface Sshd {
  /** The address it listens on. */
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** Private key that the server accepts. */
  readonly identityFile: string;
  /** `SHA256:...` of the first host key. */
  readonly hostKeyFingerprint: string;
  readonly hostKeyFingerprints: readonly string[];
  readonly hostKeyFiles: readonly string[];
  /** The server's log, at LogLevel VERBOSE unless the configuration says otherwise. */
  logs(): string;
  /** Cuts every open connection; the server goes on listening. */
  dropConnections(): void;
  /** May run twice. */
  stop(): Promise<void>;
}

/** How the provisioner reaches it. */
export function sshTargetOf(server: Sshd, name: string): SshTarget {
  return {
    name,
    address: server.host,
    port: server.port,
    username: server.username,
    hostKey: pinnedHostKeys(name, [server.hostKeyFingerprint]),
    identities: [{ privateKey: new Secret(readFileSync(server.identityFile, 'utf8')) }],
  };
}

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-sshd-'));
  const identity = createKey(join(directory, 'identity'));
  const hostKeys = copiedHostKeys(directory, options) ?? createHostKeys(directory, options);
  const configFile = join(directory, 'sshd_config');
  copyFileSync(identity.publicKeyFile, join(directory, 'authorized_keys'));
  // Where sshd separates privileges; the service's unit makes it, a server without the unit has to.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });

  const { address: host = '127.0.0.1' } = options;
  const { port, server } = await startListening({
    host,
    port: options.port,
    start: (candidate) => {
      writeFileSync(configFile, configText({ directory, port: candidate, options, hostKeyFiles: hostKeys.files }));
      return startLeased(findProgram('sshd') ?? 'sshd', ['-D', '-e', '-f', configFile]);
    },
    ready: /Server listening on/,
  });
  return {
    host,
    port,
    username: userInfo().username,
    identityFile: identity.privateKeyFile,
    hostKeyFingerprint: hostKeys.fingerprints[0] ?? '',
    hostKeyFingerprints: hostKeys.fingerprints,
    hostKeyFiles: hostKeys.files,
    logs: () => server.output(),
    dropConnections: () => {
      for (const pid of descendantsOf(server.pid)) killIfThere(pid);
    },
    stop: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

interface HostKeys {
  readonly files: readonly string[];
  readonly fingerprints: readonly string[];
}

function createHostKeys(directory: string, options: SshdOptions): HostKeys {
  const keys = (options.hostKeyTypes ?? ['ed25519']).map((type) => createKey(join(directory, `host-${type}`), type));
  return { files: keys.map((key) => key.privateKeyFile), fingerprints: keys.map((key) => key.fingerprint) };
}

function copiedHostKeys(directory: string, { hostKeysFrom }: SshdOptions): HostKeys | undefined {
  if (hostKeysFrom === undefined) return undefined;
  const files = hostKeysFrom.hostKeyFiles.map((file, index) => {
    const copy = join(directory, `host-${index}`);
    copyFileSync(file, copy);
    return copy;
  });
  return { files, fingerprints: hostKeysFrom.hostKeyFingerprints };
}

interface ConfigParts {
  readonly directory: string;
  readonly port: number;
  readonly options: SshdOptions;
  readonly hostKeyFiles: readonly string[];
}

function configText({ directory, port, options, hostKeyFiles }: ConfigParts): string {
  const { sftp = 'internal-sftp', sftpArgs = [] } = options;
  const sftpCommand = sftp === 'sftp-server' ? (findProgram('sftp-server') ?? sftp) : sftp;
  return [
    ...Object.entries(options.config ?? {}).map(([key, value]) => `${key} ${value}`),
    `Port ${port}`,
    `ListenAddress ${options.address ?? '127.0.0.1'}`,
    ...hostKeyFiles.map((file) => `HostKey ${file}`),
    `AuthorizedKeysFile ${join(directory, 'authorized_keys')}`,
    `PidFile ${join(directory, 'sshd.pid')}`,
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    // The key's folder lies under the temporary folder, which anybody may write to.
    'StrictModes no',
    'LogLevel VERBOSE',
    // A login shell that sshd starts reads ~/.bashrc: the developer's own must not run in a test.
    `SetEnv HOME=${directory}`,
    ...(sftp === 'none' ? [] : [`Subsystem sftp ${[sftpCommand, ...sftpArgs].join(' ')}`]),
    '',
  ].join('\n');
}
