/** `sluice pull`: starts, watches and stops the pull on the host, where systemd runs it; the operator may log off. */
import type { Command } from 'commander';
import type { CliContext } from '../context';
import { endHelp } from '../help-end';
import { wholeNumber } from '../option-values';
import { type OneHostOptions, withOneHostOptions } from '../provision/host-options';
import type { OneHost, Work } from '../provision/on-host';
import { registerPullRuns } from './pull-runs';

interface StartOptions extends OneHostOptions {
  readonly credentialsStdin?: true;
}

interface WatchFlags {
  readonly watch?: true;
  readonly json?: true;
}

const credentialsOption = [
  '--credentials-stdin',
  'read the credentials that are { stdin: true }: the one as it is, several as a JSON object',
] as const;
const jsonOption = ['--json', 'print events, one JSON object a line, and the report last'] as const;

const otherConfiguration = 'the host is provisioned for another configuration';

const oneHostCodes = { 4: 'the host cannot be reached', 5: 'sudo refuses' } as const;

const runCodes = {
  0: 'done, all there',
  1: 'some entries failed',
  2: 'a dry run found something to do',
  3: 'configuration',
  4: 'host or source not reachable',
  5: `another run is under way, the file system is not mounted, ${otherConfiguration}, or sudo refuses`,
  130: 'stopped, or you stopped watching (the run goes on)',
} as const;

export function registerPull(program: Command, context: CliContext): void {
  const pull = program.command('pull').description('Start, watch and stop the pull on the host; see what has run.');
  const ofStart = hostCommand(pull, 'start', 'Start a run, and leave it to systemd on the host')
    .option(...credentialsOption)
    .action((options: StartOptions) =>
      onHost(context, options, async (host) => {
        const started = await start(context, host, options);
        const how = started === 'started' ? started : `${started}, ${asItBegan}`;
        context.stdout.write(`${how}; to watch it: ${context.forConfig('sluice pull status --watch')}\n`);
      }),
    );
  const ofRun = hostCommand(pull, 'run', 'Start a run and watch it to its end; it goes on when you stop watching')
    .option(...credentialsOption)
    .option('--dry-run', 'say what a run would do, with exact counts and bytes; write nothing')
    .option(...jsonOption)
    .action((options: StartOptions & WatchFlags & { dryRun?: true }) =>
      onHost(context, options, (host) =>
        options.dryRun === true ? dryRun(context, host, options) : run(context, host, options),
      ),
    );
  const ofStatus = hostCommand(
    pull,
    'status',
    'What the newest run is doing, or how it ended; when the next one is due',
  )
    .option('--watch', 'watch the run under way to its end')
    .option(
      '--json',
      'print {state, isUnfinished, nextRun, run, progress, report}; with --watch events, and the report last',
    )
    .action((options: OneHostOptions & WatchFlags) =>
      onHost(context, options, (host) => status(context, host, options)),
    );
  const ofLogs = hostCommand(pull, 'logs', "The agent's journal")
    .option('-n, --lines <count>', 'how many of the last lines', wholeNumber({ min: 1, max: 65_535 }), 100)
    .option('-f, --follow', 'go on with what the agent writes from now on, until Ctrl-C')
    .action((options: OneHostOptions & { lines: number; follow?: true }) =>
      onHost(context, options, async ({ connection }) => {
        if (options.follow === true) {
          const { followLog } = await import('../pull/follow-log');
          return followLog(connection, { lines: options.lines, out: context.stdout, signal: context.signal });
        }
        const { lastServiceLog } = await import('../pull/pull-service');
        const { text } = await lastServiceLog(connection, options.lines);
        context.stdout.write(text === '' ? 'the agent has written nothing yet\n' : text);
      }),
    );
  const ofStop = hostCommand(pull, 'stop', 'Stop the run cleanly; the next one goes on where it stopped').action(
    (options: OneHostOptions) =>
      onHost(context, options, async ({ connection }) => {
        const { stopService } = await import('../pull/pull-service');
        context.stdout.write((await stopService(connection)) ? 'stopped\n' : 'nothing was running\n');
      }),
  );
  registerPullRuns(pull, context);
  endHelp(ofStart, {
    exitCodes: { ...oneHostCodes, 0: 'started, or one is under way', 5: `${otherConfiguration}, or sudo refuses` },
  });
  endHelp(ofRun, { exitCodes: runCodes });
  endHelp(ofStatus, {
    exitCodes: {
      0: 'a run is under way, the newest ended well, or there is none',
      1: 'the newest run failed or left no report, or the host is not provisioned',
      3: 'configuration, here or in that run',
      4: 'the host cannot be reached, or that run could not reach its source',
      5: 'sudo refuses, or that run was blocked',
      130: 'interrupted, or that run was stopped',
    },
  });
  endHelp(ofLogs, { exitCodes: { ...oneHostCodes, 1: 'the host is not provisioned' } });
  endHelp(ofStop, { exitCodes: { ...oneHostCodes, 0: 'stopped, or nothing was running' } });
  endHelp(pull, { exitCodes: { ...runCodes, 3: 'configuration, or nothing has run yet (history, report)' } });
}

function hostCommand(parent: Command, name: string, description: string): Command {
  return withOneHostOptions(parent.command(name)).description(description);
}

async function onHost(context: CliContext, options: OneHostOptions, work: Work): Promise<void> {
  return (await import('../provision/on-host')).onNamedHost(context, options, work);
}

/** The agent reads its job once: what `sluice provision` brought since is for the next run. */
const asItBegan = 'with the settings that it began with';

async function start(
  context: CliContext,
  host: OneHost,
  { credentialsStdin }: StartOptions,
): Promise<'started' | 'already running'> {
  const { startService } = await import('../pull/pull-service');
  await assertCurrent(host);
  await giveCredentials(context, host, credentialsStdin === true);
  return startService(host.connection);
}

async function assertCurrent({ migration, outputs, connection }: OneHost): Promise<void> {
  const { assertCurrentJob } = await import('../pull/job-on-host');
  const { assertAssociationBuilt } = await import('../provision/association-built');
  const { ec2Layout } = await import('../../provision/roles/layout');
  assertAssociationBuilt({ migration, outputs }, 'then npx sluice apply');
  await assertCurrentJob({ migration, outputs, layout: ec2Layout, connection }, 'nothing was started');
}

/** The schedule goes on with what the host has, whatever the configuration says by now. */
async function tellOutdated(context: CliContext, { migration, outputs, connection }: OneHost): Promise<void> {
  const { bringsThisOne, outdatedJob } = await import('../pull/job-on-host');
  const { outdatedSchedule } = await import('../pull/schedule-on-host');
  const { ec2Layout } = await import('../../provision/roles/layout');
  const { visibleLines } = await import('../../provision/core/visible');
  const host = { migration, outputs, layout: ec2Layout, connection };
  for (const outdated of await Promise.all([outdatedJob(host), outdatedSchedule(host)]))
    if (outdated !== undefined)
      context.stderr.write(visibleLines(`warning: ${outdated}\n  fix: ${context.forConfig(bringsThisOne)}\n`));
}

/** Those that are handed over: now, or before this. */
async function giveCredentials(
  context: CliContext,
  { migration, connection }: Pick<OneHost, 'migration' | 'connection'>,
  fromStdin: boolean,
): Promise<void> {
  const { checkHandedOver, credentialsToHandOver, handOver, readCredentials } = await import('../pull/hand-over');
  const names = credentialsToHandOver(migration);
  if (fromStdin) await handOver(connection, await readCredentials(names, context.stdin));
  else await checkHandedOver(connection, names);
}

async function dryRun(context: CliContext, host: OneHost, options: StartOptions & WatchFlags): Promise<void> {
  const { dryRunOnHost } = await import('../pull/dry-run-on-host');
  const { tellDryRun } = await import('../render/dry-run');
  await assertCurrent(host);
  await giveCredentials(context, host, options.credentialsStdin === true);
  await tellDryRun(context, options.json === true, (onAction) =>
    dryRunOnHost(host.connection, { onAction, signal: context.signal }),
  );
}

async function run(context: CliContext, host: OneHost, options: StartOptions & WatchFlags): Promise<void> {
  const { lookAtRun } = await import('../pull/follow-run');
  const { watchRun } = await import('../pull/watch-run');
  const { ec2Layout } = await import('../../provision/roles/layout');
  const { stateDirectory } = ec2Layout;
  const before = await lookAtRun(host.connection, { stateDirectory, newRun: 'end' });
  const started = await start(context, host, options);
  if (started === 'already running') context.stderr.write(`a run is under way already, ${asItBegan}: this is it\n`);
  const after = started === 'started' ? { position: before?.position } : undefined;
  await watchRun(context, host, { after, json: options.json === true });
}

async function status(context: CliContext, host: OneHost, { watch, json }: WatchFlags): Promise<void> {
  const { goesOn, lookAtService } = await import('../pull/pull-service');
  await tellOutdated(context, host);
  if (watch === true && goesOn(await lookAtService(host.connection))) {
    const { watchRun } = await import('../pull/watch-run');
    return watchRun(context, host, { after: undefined, json: json === true });
  }
  const { printStatus } = await import('../pull/run-status');
  return printStatus(context, host, json === true);
}
