/**
 * `sluice copy sftp://user@host/path DIR`: the pull engine on this machine, without AWS. Unfinished files lie in
 * `DIR/.sluice-staging` (same file system by construction; gone when nothing is left to go on with); the report, the events and
 * the manifest of digests lie under the state folder.
 */
import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { SluiceError, withHint } from '../../provision/core/errors';
import { planPull } from '../../provision/pull/dry-run';
import type { PullJob } from '../../provision/pull/job/job';
import { exitCodeOf, type PullReport } from '../../provision/pull/record/report';
import { runPull } from '../../provision/pull/run';
import type { CliContext } from '../context';
import { type CopySettings, pullSettings, sourceSettings, withCopySettings } from '../copy-settings';
import { type CopySource, parseCopyDestination, parseCopySource } from '../copy-target';
import { endHelp } from '../help-end';
import { homeDirectory } from '../home-directory';
import { recordedFingerprints } from '../recorded-fingerprints';
import { usesColor } from '../render/color';
import { tellDryRun } from '../render/dry-run';
import { endText, pullSummary, renderPull } from '../render/pull';
import { repeatable } from '../repeatable';
import { defaultStateFolder } from '../report/run-folders';
import { localUserName, userNameAt } from '../user-name';

interface Options extends CopySettings {
  readonly identity?: string;
  readonly passphraseEnv?: string;
  readonly passwordEnv?: string;
  readonly hostKey: readonly string[];
  readonly knownHosts?: string;
  readonly stateDir?: string;
  readonly json?: boolean;
  readonly dryRun?: true;
}

export function registerCopy(program: Command, context: CliContext): void {
  const command = program
    .command('copy')
    .description('Copy a tree from an SFTP server into a directory of this machine: resumable, verified, no AWS.')
    .argument('<source>', 'sftp://user@host:port/path; / is all that the server shows, /~/ the folder it starts in')
    .argument('<directory>', 'where the tree lands; made if need be')
    .option('-i, --identity <file>', 'private key (default: ssh-agent, ~/.ssh/id_ed25519, ~/.ssh/id_rsa)')
    .option('--passphrase-env <name>', 'environment variable that holds the passphrase of the key')
    .option('--password-env <name>', 'environment variable that holds the password')
    .addOption(repeatable('--host-key <SHA256:...>', 'accept this host key and no other'))
    .option('--known-hosts <file>', 'where known host keys are (default: ~/.ssh/known_hosts)');
  withCopySettings(command)
    .option(
      '--state-dir <folder>',
      'reports, events and manifests (default: beneath $XDG_STATE_HOME or ~/.local/state)',
    )
    .option('--dry-run', 'say what would be done, with exact counts and bytes; write nothing')
    .option('--json', 'print events, one JSON object a line, and the report last')
    .action(async (source: string, directory: string, options: Options) => {
      const job = copyJob(parseCopySource(source), parseCopyDestination(context.cwd, directory), { options, context });
      if (options.dryRun === true)
        return tellDryRun(context, options.json === true, (onAction) =>
          planPull(job, { ...runOptions(context), onAction }),
        );
      const report = options.json === true ? await copyAsJson(job, context) : await copyForPeople(job, context);
      context.setExitCode(exitCodeOf(report));
    });
  endHelp(command, {
    notes:
      'Run again to go on after a stop, or to take over what changed. Unfinished files lie in <directory>/.sluice-staging.',
    exitCodes: {
      0: 'all there, or stopped by a limit of yours',
      1: 'some entries failed',
      2: 'a dry run found something to do',
      3: 'bad arguments',
      4: 'not reachable, host key refused, or no login',
      5: 'another run writes to the directory, or it cannot be made',
      130: 'stopped; run again to go on',
    },
  });
}

async function copyForPeople(job: PullJob, context: CliContext): Promise<PullReport> {
  const renderer = renderPull(context.stderr, { color: usesColor(context, context.stderr) });
  const running = runPull(job, { ...runOptions(context), reporter: renderer.report });
  const report = await running.catch(rethrow).finally(renderer.finish);
  context.stdout.write(pullSummary(report));
  context.stderr.write(endText(report, hintFor(report)));
  return report;
}

async function copyAsJson(job: PullJob, context: CliContext): Promise<PullReport> {
  const print = (value: unknown) => context.stdout.write(`${JSON.stringify(value)}\n`);
  const report = await runPull(job, { ...runOptions(context), reporter: print }).catch(rethrow);
  print({ type: 'report', report });
  return report;
}

function runOptions({ signal, env }: CliContext) {
  return { signal, env, clock: Date };
}

/** With the option that helps: of a host key that is not on record the one that accepts it, once its owner has confirmed it. */
function hintFor({ error }: PullReport): string | undefined {
  const presented = error?.presentedHostKey;
  if (presented !== undefined) return `${error?.hint} To accept it: --host-key ${presented}`;
  return error?.code === 'STATE_UNWRITABLE' ? elsewhere(error.hint) : error?.hint;
}

/** The agent of a host has the same hint, and no such option. */
const elsewhere = (hint: string | undefined) => `${hint} Or name another folder: --state-dir.`;

/** No report tells of a state folder that took nothing at all. */
const rethrow = withHint('STATE_UNWRITABLE', elsewhere);

interface Given {
  readonly options: Options;
  readonly context: CliContext;
}

function copyJob(source: CopySource, directory: string, { options, context }: Given): PullJob {
  const { env } = context;
  const home = homeDirectory(env);
  return {
    version: 1,
    source: {
      host: source.host,
      port: source.port,
      username: source.username ?? userNameAt(source.host, localUserName(env)),
      hostKeys:
        options.hostKey.length > 0
          ? checkedHostKeys(options.hostKey)
          : recordedHostKeys(source, options, home, context),
      credentials: credentials(options, home, context),
      path: source.path,
      connections: options.connections,
      ...sourceSettings(options),
    },
    destination: { path: directory, stagingPath: join(directory, '.sluice-staging'), mount: null },
    options: pullSettings(options),
    stateDirectory:
      options.stateDir === undefined
        ? join(defaultStateFolder(env, home), stateNameOf(directory))
        : resolve(context.cwd, options.stateDir),
  };
}

/** What of a name is left beside a dash and the id: a file system takes 255 bytes. */
const mostNameBytes = 242;

/** Of the folder for a destination, telling which; no other destination has it. */
function stateNameOf(directory: string): string {
  const id = createHash('sha256').update(directory).digest('hex').slice(0, 12);
  return `${cutAt(mostNameBytes, basename(directory))}-${id}`;
}

/** Whole characters only. */
function cutAt(mostBytes: number, text: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(text).subarray(0, mostBytes), {
    stream: true,
  });
}

function credentials(options: Options, home: string, { env, cwd }: CliContext): PullJob['source']['credentials'] {
  const secrets = {
    ...(options.passwordEnv === undefined ? {} : { password: { environment: options.passwordEnv } }),
    ...(options.passphraseEnv === undefined ? {} : { passphrase: { environment: options.passphraseEnv } }),
  };
  if (options.identity !== undefined) return { privateKey: { file: resolve(cwd, options.identity) }, ...secrets };
  const agent = env.SSH_AUTH_SOCK;
  return {
    ...(agent === undefined || agent === '' ? {} : { agentSocket: agent }),
    identityFiles: ['id_ed25519', 'id_rsa'].map((name) => join(home, '.ssh', name)),
    ...secrets,
  };
}

function recordedHostKeys(source: CopySource, options: Options, home: string, { cwd }: CliContext): readonly string[] {
  const { knownHosts } = options;
  return knownHosts === undefined
    ? recordedFingerprints(join(home, '.ssh', 'known_hosts'), source)
    : recordedFingerprints(resolve(cwd, knownHosts), source, { mustExist: true });
}

function checkedHostKeys(hostKeys: readonly string[]): readonly string[] {
  const wrong = hostKeys.find((key) => !/^SHA256:[A-Za-z0-9+/]{43}$/.test(key));
  if (wrong === undefined) return hostKeys;
  throw new SluiceError(`--host-key ${JSON.stringify(wrong)} is no fingerprint`, {
    code: 'BAD_HOST_KEY',
    kind: 'config',
    hint: 'Give it as ssh-keygen -lf prints it: SHA256: and 43 characters.',
  });
}
