/** `sluice provision`: makes the hosts that Terraform built what the configuration says, over SSH. */
import { type Command, InvalidArgumentError } from 'commander';
import { SluiceError } from '../../provision/core/errors';
import type { Role, Selection } from '../../provision/role';
import type { CliContext } from '../context';
import { defaultConfigFile, loadConfig } from '../load-config';

interface Options {
  readonly config: string;
  readonly check?: true;
  readonly diff?: true;
  readonly json?: true;
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly outputs?: string;
  readonly hostKey?: readonly string[];
  readonly identity?: string;
  readonly port: number;
  readonly forks: number;
}

export function registerProvision(program: Command, context: CliContext): void {
  program
    .command('provision')
    .description('Configure the hosts: Lustre client, mount, pull agent. Running it again changes nothing.')
    .option('-c, --config <file>', 'the configuration', defaultConfigFile)
    .option('--check', 'show what would change, and change nothing; exit code 2 where something would')
    .option('--diff', 'show every change from -> to')
    .option('--tags <tags>', 'only these roles, separated by commas', list)
    .option('--skip-tags <tags>', 'all roles but these', list)
    .option('--outputs <file>', 'what `terraform output -json` printed (default: terraform is asked)')
    .option('--identity <file>', 'private key to log in with (default: host.ssh.identityFile, else the ssh-agent)')
    .option('--host-key <fingerprint>', 'SHA256:... that the host must present, once for each', fingerprints)
    .option('--port <port>', 'TCP port of SSH', wholeNumber, 22)
    .option('--forks <count>', 'most hosts at one time', wholeNumber, 5)
    .option('--json', 'print one event a line as JSON')
    .action((options: Options) => provision(context, options));
}

async function provision(context: CliContext, options: Options): Promise<void> {
  const { migration, file } = await loadConfig(context, options.config);
  const { readAgentBundle } = await import('../provision/agent-bundle');
  const { readOutputs } = await import('../provision/read-outputs');
  const { operatorCredentials } = await import('../provision/operator-secrets');
  const { playHosts } = await import('../provision/play-hosts');
  const { renderPlay } = await import('../render/play');
  const { hostRoles } = await import('../../provision/roles/roles');
  const { runtimeBuilds } = await import('../../provision/roles/runtime-builds');
  const { ec2Layout } = await import('../../provision/roles/layout');
  const { exitCodeOf, play } = await import('../../provision/play');
  const { runtimeSource } = await import('../runtime-cache');

  const outputs = await readOutputs(context, { file: options.outputs, name: migration.name });
  const roles = hostRoles({
    migration,
    outputs,
    layout: ec2Layout,
    agentBundle: await readAgentBundle(),
    credentials: await operatorCredentials(context, { migration, file }),
    runtime: { builds: runtimeBuilds, source: runtimeSource(context) },
  });
  const selection = { tags: options.tags ?? [], skipTags: options.skipTags ?? [] };
  await checkSelection(roles, selection);
  const hosts = await playHosts(context, {
    migration,
    file,
    outputs,
    roles,
    port: options.port,
    identity: options.identity,
    hostKeys: options.hostKey ?? [],
  });
  const write = (text: string) => void context.stdout.write(text);
  const recaps = await play(hosts, {
    mode: options.check === true ? 'check' : 'apply',
    selection,
    forks: options.forks,
    clock: () => performance.now(),
    signal: context.signal,
    reporter:
      options.json === true
        ? (event) => write(`${JSON.stringify(event)}\n`)
        : renderPlay(write, { diff: options.diff === true, color: context.stdout.isTTY === true }),
  });
  context.setExitCode(exitCodeOf(recaps));
}

async function checkSelection(roles: readonly Role[], { tags, skipTags }: Selection): Promise<void> {
  const { allTags } = await import('../../provision/role');
  const known = allTags(roles);
  const wrong = [...tags, ...skipTags].find((tag) => !known.includes(tag));
  if (wrong === undefined) return;
  throw new SluiceError(`there is no tag ${JSON.stringify(wrong)}`, {
    code: 'TAG_UNKNOWN',
    kind: 'config',
    hint: `the tags are ${known.join(', ')}`,
  });
}

function list(value: string): readonly string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function fingerprints(value: string, previous: readonly string[] = []): readonly string[] {
  if (!/^SHA256:[A-Za-z0-9+/]{43}$/.test(value))
    throw new InvalidArgumentError('expected SHA256: and 43 characters, as `ssh-keygen -lf` prints it.');
  return [...previous, value];
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new InvalidArgumentError('expected a whole number from 1 to 65535.');
  return number;
}
