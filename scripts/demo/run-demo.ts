/**
 * The whole path on one machine, with nothing installed: source -> infrastructure -> host configuration -> pull -> proof.
 *
 *     1 source          an SFTP server in process over a generated tree (or a server of yours)
 *     2 infrastructure  migration.yaml -> the Terraform stack, synthesized; what Terraform would hand over stands in
 *     3 host            the provisioner's own roles over SSH on a stand-in host; what needs root or EC2 is skipped by name
 *     4 pull            the agent's bundle, run on that host as systemd would run it
 *     5 proof           the two trees compared byte for byte by code that shares nothing with the engine
 *     6 pull again      nothing to do
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadMigration } from '../../config/load';
import type { Migration } from '../../config/schema';
import type { Connection } from '../../provision/connection/connection';
import { pinnedHostKeys } from '../../provision/connection/host-key-policy';
import { ShellConnection } from '../../provision/connection/shell-connection';
import { sshTransport } from '../../provision/connection/ssh';
import { SluiceError } from '../../provision/core/errors';
import { Secret } from '../../provision/core/secret';
import { sh } from '../../provision/core/sh';
import { formatBytes, formatCount, formatDuration } from '../../provision/core/units';
import { exitCodeOf as exitCodeOfPlay, play } from '../../provision/play';
import { exitCodeOf, type PullReport } from '../../provision/pull/report';
import { type HostLayout, hostPaths } from '../../provision/roles/layout';
import { hostRoles } from '../../provision/roles/roles';
import { runtimeBuilds } from '../../provision/roles/runtime-builds';
import type { Outputs } from '../../stacks/outputs';
import type { CliContext } from '../context';
import { readAgentBundle } from '../provision/agent-bundle';
import { operatorCredentials } from '../provision/operator-secrets';
import { followRun, lookAtRun } from '../pull/follow-run';
import { usesColor } from '../render/color';
import { renderPlay } from '../render/play';
import { pullSummary, renderPull } from '../render/pull';
import { renderResources } from '../render/resources';
import { synthesize } from '../synthesize';
import { compareTrees } from './compare-trees';
import { type DemoSource, demoConfig } from './demo-config';
import { startSftpServer } from './sftp-server';
import { startSshHost } from './ssh-host';
import { generateKeyPair, type KeyPair } from './ssh-keys';
import { writeTree } from './tree';
import { openWorkspace, type Workspace } from './workspace';

export interface DemoOptions {
  /** Absolute. */
  readonly folder: string;
  /** A server of the user's; undefined: the demo's own. */
  readonly source: DemoSource | undefined;
}

type Connect = () => Promise<Connection>;

/** Returns the exit code. */
export async function runDemo(context: CliContext, options: DemoOptions): Promise<number> {
  const demo = new Demo(context, await openWorkspace(options.folder), options.source);
  try {
    return await demo.run();
  } finally {
    await demo.close();
  }
}

class Demo {
  readonly #operator = generateKeyPair('operator');
  readonly #layout: HostLayout;
  readonly #cleanups: (() => Promise<void>)[] = [];
  readonly #startedAt = Date.now();

  constructor(
    private readonly context: CliContext,
    private readonly workspace: Workspace,
    private readonly givenSource: DemoSource | undefined,
  ) {
    const { host, fsx } = workspace;
    this.#layout = {
      installDirectory: join(host, 'opt/sluice'),
      configDirectory: join(host, 'etc/sluice'),
      stateDirectory: join(host, 'var/lib/sluice'),
      owner: null,
      node: process.execPath,
      standInForMount: fsx,
      without: { lustre: 'needs root and an FSx for Lustre file system', systemd: 'needs root and systemd' },
    };
  }

  async run(): Promise<number> {
    const source = await this.source();
    const migration = await this.infrastructure(source);
    const connect = await this.standInHost();
    const playExitCode = await this.provision(migration, connect);
    if (playExitCode !== 0) return playExitCode;
    this.title('4 pull', `the agent, on the stand-in host, into ${this.shown(this.landing)}`);
    const first = await this.pull(connect);
    if (first.state !== 'SUCCESS') return exitCodeOf(first);
    if (!(await this.proof(first))) return 1;
    this.title('6 pull again', 'what has arrived is not sent twice');
    const second = await this.pull(connect);
    if (second.counts.filesTransferred > 0 && this.givenSource === undefined) {
      throw new SluiceError(`the second pull sent ${second.counts.filesTransferred} files again`, {
        code: 'NOT_IDEMPOTENT',
      });
    }
    this.summary(first, second);
    return exitCodeOf(second);
  }

  async close(): Promise<void> {
    for (const cleanup of this.#cleanups.reverse()) await cleanup();
  }

  private async source(): Promise<DemoSource> {
    if (this.givenSource !== undefined) {
      const { username, host, port, path } = this.givenSource;
      this.title('1 source', `sftp://${username}@${host}:${port}${path}`);
      return this.givenSource;
    }
    const { vendor, folder } = this.workspace;
    const { files, sizeBytes } = await writeTree(vendor);
    const key = generateKeyPair('vendor account');
    const identityFile = await this.keyFile(key, join(folder, 'vendor_key'));
    const username = 'market-data';
    const server = await startSftpServer({ root: vendor, username, publicKey: key.publicKey });
    this.#cleanups.push(server.close);
    this.title(
      '1 source',
      `an SFTP server on 127.0.0.1:${server.port}: ${formatCount(files)} files, ${formatBytes(sizeBytes)}`,
    );
    const hostKeys = [server.hostKeyFingerprint];
    return { host: '127.0.0.1', port: server.port, username, hostKeys, identityFile, path: '/' };
  }

  private async infrastructure(source: DemoSource): Promise<Migration> {
    const { folder } = this.workspace;
    const configFile = join(folder, 'migration.yaml');
    const text = demoConfig(source, this.#operator.publicKey);
    await writeFile(configFile, text);
    const { migration, problems } = loadMigration(text, { file: configFile, today: this.context.now() });
    if (migration === undefined) {
      const messages = problems.map(({ path, message }) => `${path}: ${message}`).join('\n');
      throw new SluiceError(`the demo's configuration is not valid\n${messages}`, {
        code: 'CONFIG_INVALID',
        kind: 'config',
      });
    }
    const outputFolder = join(folder, 'cdktf.out');
    const { resources, stackFolder } = await synthesize(this.context, {
      configFile,
      outputFolder,
      name: migration.name,
    });
    this.title('2 infrastructure', `synthesized to ${this.shown(stackFolder)}; terraform would create:`);
    this.print(renderResources(resources));
    return migration;
  }

  /** Starts it; every call of the function returned is a login of its own. */
  private async standInHost(): Promise<Connect> {
    const { host } = this.workspace;
    const username = 'ec2-user';
    const server = await startSshHost({
      home: host,
      path: this.context.env.PATH ?? '/usr/bin:/bin',
      username,
      publicKey: this.#operator.publicKey,
    });
    this.#cleanups.push(server.close);
    const target = {
      name: 'stand-in',
      address: '127.0.0.1',
      port: server.port,
      username,
      hostKey: pinnedHostKeys('stand-in', [server.hostKeyFingerprint]),
      privateKey: new Secret(this.#operator.privateKey),
    };
    return async () => new ShellConnection(await sshTransport(target), 'login');
  }

  private async provision(migration: Migration, connect: Connect): Promise<number> {
    this.title('3 host', 'provisioned over SSH, as this user; then checked once more');
    const roles = hostRoles({
      migration,
      outputs: standInOutputs(migration),
      layout: this.#layout,
      agentBundle: await readAgentBundle(),
      credentials: await operatorCredentials(this.context, {
        migration,
        file: join(this.workspace.folder, 'migration.yaml'),
      }),
      runtime: {
        builds: runtimeBuilds,
        source: () => Promise.reject(new Error('the stand-in host has a Node.js of its own')),
      },
    });
    const hosts = [{ name: 'stand-in', roles, connect }];
    const write = (text: string) => this.print(text);
    const options = {
      selection: { tags: [], skipTags: [] },
      forks: 1,
      clock: () => performance.now(),
      signal: this.context.signal,
      reporter: renderPlay(write, {
        diff: false,
        color: usesColor(this.context, this.context.stdout),
        hosts: ['stand-in'],
      }),
    };
    const applied = exitCodeOfPlay(await play(hosts, { ...options, mode: 'apply' }));
    if (applied !== 0) return applied;
    const recapOnly: typeof options.reporter = (event) => {
      if (event.type === 'recap') options.reporter(event);
    };
    return exitCodeOfPlay(await play(hosts, { ...options, mode: 'check', reporter: recapOnly }));
  }

  private async pull(connect: Connect): Promise<PullReport> {
    const connection = await connect();
    try {
      return await this.runAgent(connection);
    } finally {
      await connection.close();
    }
  }

  private async runAgent(connection: Connection): Promise<PullReport> {
    const { node, agent, job } = hostPaths(this.#layout);
    const { stateDirectory } = this.#layout;
    const before = await lookAtRun(connection, { stateDirectory, newRun: 'end' });
    const renderer = renderPull(this.context.stderr, { color: usesColor(this.context, this.context.stderr) });
    let running = true;
    const agentRun = connection
      .exec(sh`${node} ${agent} run --job ${job}`, { signal: this.context.signal })
      .finally(() => {
        running = false;
      });
    const [report] = await Promise.all([
      followRun(connection, {
        stateDirectory,
        after: before?.position,
        newRun: 'all',
        reporter: renderer.report,
        signal: this.context.signal,
        isRunning: async () => running,
      }),
      agentRun,
    ]).finally(renderer.finish);
    this.print(pullSummary(report));
    return report;
  }

  private async proof(report: PullReport): Promise<boolean> {
    if (this.givenSource !== undefined) {
      this.title('5 proof', 'the engine compared the whole of both sides (POINT_IN_TIME_CONSISTENT) and every digest');
      return report.counts.failed === 0;
    }
    const { files, sizeBytes, differences } = await compareTrees(this.workspace.vendor, this.landing);
    this.title('5 proof', 'both trees read from disk and compared: names, types, sizes, modes, times, SHA-256');
    this.print(
      `${formatCount(files)} files, ${formatBytes(sizeBytes)}: ${formatCount(differences.length)} differences\n`,
    );
    for (const difference of differences.slice(0, 20)) this.print(`  ${difference}\n`);
    return differences.length === 0;
  }

  private summary(first: PullReport, second: PullReport): void {
    this.title('done', `in ${formatDuration(Date.now() - this.#startedAt)}`);
    this.print(`the tree, as FSx would export it  ${this.shown(this.landing)}
the configuration                 ${this.shown(join(this.workspace.folder, 'migration.yaml'))}
the Terraform stack               ${this.shown(join(this.workspace.folder, 'cdktf.out/stacks/sluice-demo'))}
report of the first pull          ${this.shown(first.files.report)}
report of the second pull         ${this.shown(second.files.report)}
`);
  }

  private get landing(): string {
    return join(this.workspace.fsx, 'nasdaq');
  }

  private async keyFile(key: KeyPair, file: string): Promise<string> {
    await writeFile(file, key.privateKey, { mode: 0o600 });
    return file;
  }

  /** Relative to the working directory where that is shorter to read. */
  private shown(path: string): string {
    const prefix = `${this.context.cwd}/`;
    return path.startsWith(prefix) ? path.slice(prefix.length) : path;
  }

  private title(step: string, text: string): void {
    this.print(`\n${step}: ${text}\n`);
  }

  private print(text: string): void {
    this.context.stdout.write(text);
  }
}

/** What `terraform output -json` would hold once the stack is applied. */
function standInOutputs(migration: Migration): Outputs {
  const { name, region, fileSystem } = migration;
  const id = 'fs-0123456789abcdef0';
  return {
    name,
    region,
    file_system: {
      id,
      dns_name: `${id}.fsx.${region}.amazonaws.com`,
      mount_name: 'standin1',
      lustre_version: fileSystem.lustreVersion,
      port: 988,
    },
    associations: fileSystem.associations.map(({ path, dataRepository }, index) => ({
      id: `dra-0123456789abcdef${index}`,
      file_system_path: path,
      data_repository_path: dataRepository,
    })),
    buckets: ['sluice-demo-market-data'],
    log_group: `/aws/fsx/${name}`,
    hosts: [
      {
        name: 'stand-in',
        instance_id: 'i-0123456789abcdef0',
        address: '127.0.0.1',
        private_address: '127.0.0.1',
        username: 'ec2-user',
      },
    ],
  };
}
