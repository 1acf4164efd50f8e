import { appendFileSync, copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { knownHostsLine } from '../../provision/core/host-keys';
import { sh } from '../../provision/core/sh';
import type { ConnectionOptions } from '../../scripts/provision/host-options';
import { playHosts } from '../../scripts/provision/play-hosts';
import { configText } from './config-text';
import { fakeContext } from './fake-context';
import { migrationOf, outputsOf } from './host-plays';
import { isRoot } from './needs';
import { type Sshd, sshdNeeds, startSshd } from './sshd';
import { useTemporaryFolder } from './temporary-folder';

/** Met where `useOperatorSsh` can be used: as root, whose login needs no sudo. */
export const operatorSshNeeds = [...sshdNeeds, isRoot];

interface Login {
  readonly env?: Record<string, string>;
  /** What is typed on the terminal; without it, there is none. */
  readonly typed?: string;
}

/** Call inside `describe`. */
export function useOperatorSsh() {
  const folder = useTemporaryFolder();
  let host: Sshd;
  let bastion: Sshd;
  let gate: Sshd;

  beforeAll(async () => {
    [host, bastion, gate] = await Promise.all([startSshd(), startSshd(), startSshd()]);
  });
  afterAll(() => Promise.all([host, bastion, gate].map((server) => server?.stop())));

  beforeEach(() => {
    mkdirSync(join(folder(), '.ssh'), { mode: 0o700 });
    copyFileSync(host.identityFile, join(folder(), '.ssh/market'));
    copyFileSync(bastion.identityFile, join(folder(), '.ssh/bastion'));
    copyFileSync(gate.identityFile, join(folder(), '.ssh/gate'));
  });

  const write = (name: string, text: string) => appendFileSync(join(folder(), '.ssh', name), text);
  const publicKey = (server: Sshd) =>
    Buffer.from(readFileSync(`${server.hostKeyFiles[0]}.pub`, 'utf8').split(' ')[1] ?? '', 'base64');
  const know = (server: Sshd, as = server) =>
    write('known_hosts', `${knownHostsLine(server.host, server.port, publicKey(as))}\n`);
  const pinned = () => ({ hostKey: [host.hostKeyFingerprint] });
  const toHost = () => `Host host-1\n  HostName 127.0.0.1\n  Port ${host.port}\n  User ${host.username}\n`;

  async function onlyHost(options: Partial<ConnectionOptions>, { env = {}, typed }: Login = {}) {
    const fake = fakeContext({ cwd: folder(), env: { HOME: folder(), PATH: '/usr/bin:/bin', ...env } });
    const terminal = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => terminal });
    if (typed !== undefined) terminal.write(`${typed}\r`);
    const context = {
      ...fake.context,
      ...(typed === undefined ? {} : { stdin: terminal }),
      setExitCode: () => {},
    };
    const outputs = outputsOf({ address: '192.0.2.1', username: 'ec2-user' });
    const [only] = await playHosts(context, {
      migration: migrationOf(configText()),
      file: join(folder(), 'migration.yaml'),
      outputs,
      roles: [],
      options: { config: 'migration.yaml', wait: false, waitTimeout: 1, ...options },
    });
    return { only, stderr: fake.stderr };
  }

  async function hello(options: Partial<ConnectionOptions>, login: Login = {}) {
    const { only, stderr } = await onlyHost(options, login);
    const connection = await only?.connect();
    const result = await connection?.exec(sh`echo hello`);
    await connection?.close();
    return { said: result?.stdout.toString(), stderr: stderr() };
  }

  return {
    folder,
    host: () => host,
    bastion: () => bastion,
    gate: () => gate,
    write,
    know,
    pinned,
    toHost,
    onlyHost,
    hello,
  };
}
