/**
 * A second, different SFTP server on loopback: ProFTPD with mod_sftp (Debian packages proftpd-core and
 * proftpd-mod-crypto). It serves one folder as `/`, with the rights of root: ProFTPD wants to be started by it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { descendantsOf, killIfThere, startLeased, startListening } from './leased-process';
import { findProgram, isRoot, type Need, program } from './needs';
import { createKey } from './ssh-keys';

const moduleFolder = '/usr/lib/proftpd';

export const proftpdNeeds: readonly Need[] = [
  isRoot,
  program('proftpd'),
  { what: 'ProFTPD mod_sftp installed', met: existsSync(join(moduleFolder, 'mod_sftp.so')) },
  program('ssh-keygen'),
  program('perl'),
  program('ps'),
];

export interface ProftpdOptions {
  /** The folder served. */
  readonly root: string;
  /** Accepts this password beside the key. */
  readonly password?: string;
  /** More directives for the server: `['SFTPMaxChannels 1', 'MaxConnectionsPerHost 2']`. */
  readonly directives?: readonly string[];
  readonly port?: number;
}

export interface Proftpd {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly username: 'vendor';
  readonly identityFile: string;
  readonly hostKeyFingerprint: string;
  /** The served folder as a client sees it. */
  readonly path: '/';
  /** Of the server and of mod_sftp. */
  logs(): string;
  /** Cuts every open connection; the server goes on listening. */
  dropConnections(): void;
  /** May run twice. */
  stop(): Promise<void>;
}

export async function startProftpd(options: ProftpdOptions): Promise<Proftpd> {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-proftpd-'));
  const identity = createKey(join(directory, 'identity'));
  // RSA in PEM: what every version of mod_sftp reads.
  const hostKey = createKey(join(directory, 'host-rsa'), 'rsa', 'pem');
  writeFileSync(
    join(directory, 'authorized_keys'),
    execFileSync('ssh-keygen', ['-e', '-m', 'RFC4716', '-f', identity.publicKeyFile]),
  );
  const account = ['vendor', hashed(options.password), 0, 0, '', options.root, '/bin/sh'];
  writeFileSync(join(directory, 'passwd'), `${account.join(':')}\n`, { mode: 0o600 });
  writeFileSync(join(directory, 'group'), 'vendor:x:0:\n', { mode: 0o600 });

  const configFile = join(directory, 'proftpd.conf');
  const { port, server } = await startListening({
    port: options.port,
    start: (candidate) => {
      writeFileSync(configFile, configText(directory, candidate, options));
      return startLeased(findProgram('proftpd') ?? 'proftpd', ['-n', '-S', '127.0.0.1', '-c', configFile]);
    },
    ready: /standalone mode STARTUP/,
  });
  return {
    host: '127.0.0.1',
    port,
    username: 'vendor',
    identityFile: identity.privateKeyFile,
    hostKeyFingerprint: hostKey.fingerprint,
    path: '/',
    logs: () => server.output() + readFileSync(sftpLogOf(directory), 'utf8'),
    dropConnections: () => {
      for (const pid of descendantsOf(server.pid)) killIfThere(pid);
    },
    stop: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const sftpLogOf = (directory: string) => join(directory, 'sftp.log');

function configText(directory: string, port: number, options: ProftpdOptions): string {
  return [
    `ModulePath ${moduleFolder}`,
    'LoadModule mod_sftp.c',
    'ServerType standalone',
    'DefaultAddress 127.0.0.1',
    `Port ${port}`,
    'SocketBindTight on',
    'UseIPv6 off',
    'UseReverseDNS off',
    `PidFile ${join(directory, 'proftpd.pid')}`,
    `ScoreboardFile ${join(directory, 'scoreboard')}`,
    'AuthOrder mod_auth_file.c',
    `AuthUserFile ${join(directory, 'passwd')}`,
    `AuthGroupFile ${join(directory, 'group')}`,
    'AuthFileOptions SyntaxCheck',
    'RequireValidShell off',
    'WtmpLog off',
    // No control socket shared with others, and no artificial delay at login.
    'ControlsEngine off',
    'DelayEngine off',
    'RootLogin on',
    'DefaultRoot ~',
    'AllowOverwrite on',
    'AllowStoreRestart on',
    'SFTPEngine on',
    `SFTPLog ${sftpLogOf(directory)}`,
    `SFTPHostKey ${join(directory, 'host-rsa')}`,
    `SFTPAuthMethods publickey${options.password === undefined ? '' : ' password'}`,
    `SFTPAuthorizedUserKeys file:${join(directory, 'authorized_keys')}`,
    ...(options.directives ?? []),
    '',
  ].join('\n');
}

/** crypt(3), SHA-512. */
function hashed(password: string | undefined): string {
  if (password === undefined) return '*';
  return execFileSync('perl', ['-e', 'chomp(my $word = <STDIN>); print crypt($word, q($6$sluice$))'], {
    input: `${password}\n`,
    encoding: 'utf8',
  });
}
