/** The hosts of a play, from the outputs: how each is reached, known, waited for and logged in to. */
import { dirname, join, resolve } from 'node:path';
import type { Migration } from '../../config/schema';
import type { ExecOptions } from '../../provision/connection/connection';
import { readConsoleFingerprints } from '../../provision/connection/ec2-console';
import { FirstTry } from '../../provision/connection/first-try';
import { hostKeyPolicy, type StoredPolicy } from '../../provision/connection/host-key-store';
import { reopeningTransport } from '../../provision/connection/reopening';
import { type Privileges, ShellConnection } from '../../provision/connection/shell-connection';
import { sshTransport } from '../../provision/connection/ssh';
import { parseHops } from '../../provision/connection/ssh-config';
import { patiently } from '../../provision/connection/wait-for-host';
import type { Secret } from '../../provision/core/secret';
import type { ConnectProgress, PlayHost } from '../../provision/play';
import type { Role } from '../../provision/role';
import type { Outputs } from '../../stacks/outputs';
import { stateFolderOf } from '../../stacks/state-path';
import type { CliContext } from '../context';
import { homeDirectory } from '../home-directory';
import { sleep } from '../sleep';
import { localUserName } from '../user-name';
import { askSecret } from './ask-secret';
import type { ConnectionOptions } from './host-options';
import { type HostRoute, hostRoute, type Operator } from './host-route';
import { passphraseSource } from './operator-login';
import { operatorPath, secretFromEnvironment } from './operator-secrets';
import { readSshConfig } from './read-ssh-config';
import { runProgram } from './run-program';

export interface PlayHostsOptions {
  readonly migration: Migration;
  /** Absolute path of the configuration file. */
  readonly file: string;
  readonly outputs: Outputs;
  readonly roles: readonly Role[];
  readonly options: ConnectionOptions;
}

/** Reads and asks for all that is secret now, so that nobody is asked in the middle of a play. */
export async function playHosts(context: CliContext, project: PlayHostsOptions): Promise<readonly PlayHost[]> {
  const operator = await operatorOf(context, project);
  const privileges = await privilegesOf(context, project);
  const hosts: PlayHost[] = [];
  for (const host of project.outputs.hosts) {
    const route = await hostRoute(operator, host);
    const connect = (progress?: ConnectProgress) =>
      open(context, { project, host, route, privileges, progress: progress ?? { onWait: () => {} } });
    hosts.push({ name: host.name, roles: project.roles, connect });
  }
  return hosts;
}

interface Opening {
  readonly project: PlayHostsOptions;
  readonly host: Outputs['hosts'][number];
  readonly route: HostRoute;
  readonly privileges: Privileges;
  readonly progress: ConnectProgress;
}

/** The host's keys are found out once; the connection may be opened again when it was lost. */
async function open(context: CliContext, { project, host, route, privileges, progress }: Opening) {
  const { options } = project;
  const { known, ...way } = route;
  let hostKey: StoredPolicy | undefined;
  const attempt = async () => {
    hostKey ??= await policyOf(context, { project, host, known });
    const transport = await sshTransport({ name: host.name, ...way, hostKey });
    try {
      await hostKey.remember();
    } catch (error) {
      await transport.close();
      throw error;
    }
    return transport;
  };
  const waiting = {
    timeoutMs: options.waitTimeout * 1000,
    clock: () => performance.now(),
    sleep,
    onWait: progress.onWait,
    ...(progress.signal === undefined ? {} : { signal: progress.signal }),
  };
  const patient = patiently(attempt, waiting);
  const connect = ({ polling }: ExecOptions) => (options.wait && !polling ? patient() : attempt());
  return new ShellConnection(reopeningTransport(await connect({}), connect), privileges);
}

function policyOf(
  context: CliContext,
  { project, host, known }: Pick<Opening, 'project' | 'host'> & Pick<HostRoute, 'known'>,
): Promise<StoredPolicy> {
  const { file, migration, outputs, options } = project;
  return hostKeyPolicy(host.instance_id, {
    given: options.hostKey ?? [],
    file: join(stateFolderOf(file, migration.name), 'known_hosts'),
    fromConsole: () =>
      readConsoleFingerprints({ id: host.instance_id, region: outputs.region }, (program, args) =>
        runProgram(context, program, args),
      ),
    operators: known,
  });
}

async function operatorOf(
  context: CliContext,
  { migration, file, outputs, options }: PlayHostsOptions,
): Promise<Operator> {
  const home = homeDirectory(context.env);
  const configFile =
    options.sshConfig === undefined ? join(home, '.ssh/config') : resolve(context.cwd, options.sshConfig);
  const { identityFile } = migration.host.ssh;
  return {
    home,
    user: localUserName(context.env),
    env: context.env,
    sshConfig:
      options.sshConfig === 'none'
        ? { file: configFile, text: '', included: new Map() }
        : await readSshConfig(configFile, home, { isNamed: options.sshConfig !== undefined }),
    named:
      options.identity !== undefined
        ? { file: operatorPath(options.identity, context.cwd), what: '--identity' }
        : identityFile === undefined
          ? undefined
          : { file: operatorPath(identityFile, dirname(file)), what: 'host.ssh.identityFile' },
    passphrase: passphraseSource(context, options.passphraseEnv),
    port: options.port,
    jump: options.jump === undefined ? undefined : parseHops(options.jump, '--jump'),
    ssm: options.ssm === true,
    region: outputs.region,
  };
}

async function privilegesOf(context: CliContext, { options, outputs }: PlayHostsOptions): Promise<Privileges> {
  const sudoPassword = await sudoPasswordOf(context, options);
  if (sudoPassword === undefined) return 'root';
  return outputs.hosts.length > 1 ? { sudoPassword, firstTry: new FirstTry() } : { sudoPassword };
}

async function sudoPasswordOf(context: CliContext, options: ConnectionOptions): Promise<Secret | undefined> {
  const variable = options.sudoPasswordEnv;
  if (variable !== undefined) return secretFromEnvironment(context, variable, '--sudo-password-env');
  if (options.askSudoPassword !== true) return undefined;
  const instead = 'name an environment variable that holds it: --sudo-password-env NAME';
  return askSecret(context, 'sudo password for the hosts', instead);
}
