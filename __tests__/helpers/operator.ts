/** An operator's folder for booted hosts (configuration, outputs, private key), and `sluice` run in it as from a shell. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../scripts/cli';
import type { BootedHost } from './booted-host';
import { configText, host as hostSection, type Sections } from './config-text';
import { fakeContext } from './fake-context';
import { outputsOf } from './host-plays';
import { runtimesEnvironment } from './runtimes';
import type { Sshd } from './sshd';

export interface OperatorHost {
  readonly name: string;
  readonly address: string;
}

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface OperatorFolder {
  /** Every host must accept its identity. */
  readonly key: BootedHost;
  /** Default: that one, as host-1. */
  readonly hosts?: readonly OperatorHost[];
  readonly sections?: Sections;
}

export function writeOperatorFolder(folder: string, { key, hosts, sections = {} }: OperatorFolder): void {
  writeFileSync(join(folder, 'migration.yaml'), configText(sections));
  const outputs = outputsOf(key);
  const all = {
    ...outputs,
    hosts: (hosts ?? [{ name: 'host-1', address: key.address }]).map(({ name, address }, index) => ({
      name,
      instance_id: `i-0123456789abcde${String(index).padStart(2, '0')}`,
      address,
      private_address: address,
      username: 'ec2-user',
    })),
  };
  const wrapped = Object.entries(all).map(([name, value]) => [name, { value, sensitive: false }]);
  writeFileSync(join(folder, 'outputs.json'), JSON.stringify(Object.fromEntries(wrapped)));
  copyFileSync(key.identityFile, join(folder, 'identity'));
}

interface RunOptions {
  readonly signal?: AbortSignal;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with every piece of standard output as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** Runs a command that goes to the hosts, with `folder` as home folder too; `pins` are the host keys that it is given. */
export async function sluice(
  folder: string,
  [command, pins]: readonly [command: readonly string[], pins: readonly string[]],
  { signal, stdin, env = {}, onOutput }: RunOptions = {},
): Promise<Ran> {
  const fake = fakeContext({
    cwd: folder,
    env: { ...runtimesEnvironment, HOME: folder, ...env },
    ...(signal === undefined ? {} : { signal }),
    ...(stdin === undefined ? {} : { stdin }),
  });
  if (onOutput !== undefined) fake.context.stdout.on('data', (chunk: Buffer) => onOutput(chunk.toString()));
  const access = ['--identity', 'identity', '--outputs', 'outputs.json'];
  const keys = pins.flatMap((fingerprint) => ['--host-key', fingerprint]);
  const exitCode = await main([...command, ...access, ...keys], { ...fake.context, now: () => new Date() });
  return { exitCode, stdout: fake.stdout(), stderr: fake.stderr() };
}

export interface Migrating {
  readonly folder: string;
  readonly os: 'amazon-linux-2' | 'amazon-linux-2023';
  readonly host: BootedHost;
  readonly server: Sshd;
  /** What the server's user shall pull: a folder of this machine. */
  readonly tree: string;
}

/** The operator of a whole migration, from an SFTP server to the host: writes the folder, and gives `sluice` as run in it. */
export function migrationOperator({ folder, os, host, server, tree }: Migrating) {
  const source = `source:
  host: ${server.host}
  port: ${server.port}
  username: ${server.username}
  hostKeys: ["${server.hostKeyFingerprint}"]
  credentials:
    privateKey: { file: ${server.identityFile} }
  path: ${tree}`;
  writeOperatorFolder(folder, { key: host, sections: { ...hostSection(`os: ${os}`), source } });
  return (...args: readonly string[]) => sluice(folder, [args, host.hostKeyFingerprints]);
}
