/** The hosts of a play, from the outputs: how each is reached, known and logged in to. */
import { dirname, join } from 'node:path';
import type { Migration } from '../../config/schema';
import { readConsoleFingerprints } from '../../provision/connection/ec2-console';
import { hostKeyPolicy } from '../../provision/connection/host-key-store';
import { reopeningTransport } from '../../provision/connection/reopening';
import { ShellConnection } from '../../provision/connection/shell-connection';
import { sshTransport } from '../../provision/connection/ssh';
import { SluiceError } from '../../provision/core/errors';
import type { Secret } from '../../provision/core/secret';
import type { PlayHost } from '../../provision/play';
import type { Role } from '../../provision/role';
import type { Outputs } from '../../stacks/outputs';
import type { CliContext } from '../context';
import { operatorPath, readSecretFile } from './operator-secrets';
import { runProgram } from './run-program';

export interface PlayHostsOptions {
  readonly migration: Migration;
  /** Absolute path of the configuration file. */
  readonly file: string;
  readonly outputs: Outputs;
  readonly roles: readonly Role[];
  readonly port: number;
  readonly identity: string | undefined;
  readonly hostKeys: readonly string[];
}

export async function playHosts(context: CliContext, options: PlayHostsOptions): Promise<readonly PlayHost[]> {
  const login = await loginOf(context, options);
  return options.outputs.hosts.map((host) => ({
    name: host.name,
    roles: options.roles,
    connect: async () => {
      const hostKey = await hostKeyPolicy(host.instance_id, {
        given: options.hostKeys,
        file: join(dirname(options.file), '.sluice', options.migration.name, 'known_hosts'),
        fromConsole: () =>
          readConsoleFingerprints({ id: host.instance_id, region: options.outputs.region }, (program, args) =>
            runProgram(context, program, args),
          ),
      });
      const { name, address, username } = host;
      const open = () => sshTransport({ name, address, username, port: options.port, hostKey, ...login });
      const transport = await open();
      await hostKey.remember();
      return new ShellConnection(reopeningTransport(transport, open), 'root');
    },
  }));
}

/** The private key that was named, else the ssh-agent. */
async function loginOf(
  context: CliContext,
  { identity, migration, file }: PlayHostsOptions,
): Promise<{ privateKey: Secret } | { agent: string }> {
  const { identityFile } = migration.host.ssh;
  if (identity !== undefined)
    return { privateKey: await readSecretFile(operatorPath(identity, context.cwd), '--identity') };
  if (identityFile !== undefined)
    return { privateKey: await readSecretFile(operatorPath(identityFile, dirname(file)), 'host.ssh.identityFile') };
  const agent = context.env.SSH_AUTH_SOCK;
  if (agent !== undefined && agent !== '') return { agent };
  throw new SluiceError('there is no private key to log in with', {
    code: 'NO_IDENTITY',
    kind: 'config',
    hint: 'name it with --identity FILE or host.ssh.identityFile, or start an ssh-agent and ssh-add it',
  });
}
