/** OpenSSH's own server with its own defaults, on loopback, for the user who runs the benchmark; keys made for the occasion. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { fingerprintOf } from '../../provision/core/host-keys';
import { freePort } from '../listen-on-loopback';

export interface BenchServer {
  readonly port: number;
  readonly username: string;
  readonly identityFile: string;
  readonly hostKeyFingerprint: string;
  /** One line of an OpenSSH .pub file. */
  readonly hostPublicKey: string;
  close(): void;
}

export async function startServer(folder: string): Promise<BenchServer> {
  const hostKeyFile = join(folder, 'host_key');
  const identityFile = join(folder, 'identity');
  const hostPublicKey = createKey(hostKeyFile);
  createKey(identityFile);
  const port = await freePort();
  const configFile = join(folder, 'sshd_config');
  writeFileSync(
    configFile,
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${hostKeyFile}`,
      `AuthorizedKeysFile ${identityFile}.pub`,
      `PidFile ${join(folder, 'sshd.pid')}`,
      'PermitRootLogin yes',
      'StrictModes no',
      'UsePAM no',
      'Subsystem sftp internal-sftp',
      '',
    ].join('\n'),
  );
  // Where sshd separates privileges; the service's unit makes it, a server without the unit has to.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const server = spawn(pathOf('sshd') ?? 'sshd', ['-D', '-e', '-f', configFile], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await listening(server);
  return {
    port,
    username: userInfo().username,
    identityFile,
    hostKeyFingerprint: fingerprintOf(Buffer.from(hostPublicKey.split(' ')[1] ?? '', 'base64')),
    hostPublicKey,
    close: () => server.kill(),
  };
}

/** Where a program is that may lie where only root looks; undefined where it is not installed. */
export function pathOf(program: string): string | undefined {
  const { stdout } = spawnSync('sh', ['-c', 'PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "$1"', 'sh', program]);
  return stdout.toString().trim() || undefined;
}

/** Returns the line of its .pub file. */
function createKey(path: string): string {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'bench', '-f', path]);
  return readFileSync(`${path}.pub`, 'utf8').trim();
}

function listening(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    server.stderr?.on('data', (chunk: Buffer) => {
      log = `${log}${chunk}`.slice(-4096);
      if (log.includes('Server listening on')) resolve();
    });
    server.on('error', reject);
    server.on('exit', () => reject(new Error(`sshd ended:\n${log}`)));
  });
}
