/** `sluice pull`: starts, watches and stops the pull on the host, where systemd runs it; the operator may log off. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Connection } from '../../provision/connection/connection';
import { SluiceError } from '../../provision/core/errors';
import { sh } from '../../provision/core/sh';
import type { PullEvent } from '../../provision/pull/events';
import type { CliContext } from '../context';
import { type ConnectionOptions, withConnectionOptions } from '../provision/host-options';

export function registerPull(program: Command, context: CliContext): void {
  const pull = program.command('pull').description('Start, watch and stop the pull on the host.');
  hostCommand(pull, 'start', 'start a run and follow it; it goes on when you stop looking')
    .option('--no-follow', 'return once it has started')
    .option('--json', 'print events, one JSON object a line, and the report last')
    .action((options: ConnectionOptions & FollowFlags) =>
      onHost(context, options, (host) => start(context, host, options)),
    );
  hostCommand(pull, 'status', 'what the newest run is doing, or how it ended')
    .option('--json', 'print {unit, progress, report} as JSON')
    .action((options: ConnectionOptions & { json?: true }) =>
      onHost(context, options, (host) => status(context, host, options.json === true)),
    );
  hostCommand(pull, 'logs', "the agent's journal")
    .option('-n, --lines <count>', 'how many of the last lines', wholeNumber, 100)
    .action((options: ConnectionOptions & { lines: number }) =>
      onHost(context, options, async (host) => {
        const unit = await pullUnit();
        const { stdout } = await checked(host, sh`journalctl --no-pager -o short-iso -u ${unit} -n ${options.lines}`);
        context.stdout.write(stdout);
      }),
    );
  hostCommand(pull, 'stop', 'stop the run cleanly; the next one goes on where it stopped').action(
    (options: ConnectionOptions) =>
      onHost(context, options, async (host) => {
        await checked(host, sh`systemctl stop ${await pullUnit()}`);
        context.stdout.write('stopped\n');
      }),
  );
  pull.addHelpText(
    'after',
    '\nExit code 0: done, all there. 1: some entries failed. 3: configuration. 4: host not reachable. 130: you stopped looking (the run goes on).',
  );
}

interface FollowFlags {
  readonly follow: boolean;
  readonly json?: true;
}

function hostCommand(parent: Command, name: string, description: string): Command {
  return withConnectionOptions(parent.command(name)).description(description);
}

type Work = (host: Connection) => Promise<void>;

async function onHost(context: CliContext, options: ConnectionOptions, work: Work): Promise<void> {
  const { onFirstHost } = await import('../provision/first-host');
  await onFirstHost(context, options, ({ connection }) => work(connection));
}

async function start(context: CliContext, host: Connection, { follow, json }: FollowFlags): Promise<void> {
  const { followRun, lookAtRun } = await import('../pull/follow-run');
  const stateDirectory = await pullStateDirectory();
  const unit = await pullUnit();
  const before = await lookAtRun(host, { stateDirectory, newRun: 'end' });
  const { stdout } = await checked(
    host,
    sh`systemctl is-active ${unit} || { systemctl start ${unit} && echo started; }`,
  );
  const wasRunning = stdout.toString().startsWith('active\n');
  if (!follow) {
    context.stdout.write(wasRunning ? 'already running\n' : 'started\n');
    return;
  }
  const print = (value: unknown) => void context.stdout.write(`${JSON.stringify(value)}\n`);
  const { usesColor } = await import('../render/color');
  const { pullSummary, renderPull } = await import('../render/pull');
  const { exitCodeOf } = await import('../../provision/pull/report');
  const renderer = renderPull(context.stderr, { color: usesColor(context, context.stderr) });
  const report = await followRun(host, {
    stateDirectory,
    after: wasRunning ? undefined : before?.position,
    newRun: wasRunning ? 'end' : 'all',
    reporter: json === true ? (event: PullEvent) => print(event) : renderer.report,
    signal: context.signal,
    isRunning: () => isRunning(host, unit),
  }).finally(renderer.finish);
  if (json === true) print({ type: 'report', report });
  else context.stdout.write(pullSummary(report));
  context.setExitCode(exitCodeOf(report));
}

async function status(context: CliContext, host: Connection, json: boolean): Promise<void> {
  const { lookAtRun, readReport } = await import('../pull/follow-run');
  const { exitCodeOf } = await import('../../provision/pull/report');
  const { describeProgress, pullSummary } = await import('../render/pull');
  const stateDirectory = await pullStateDirectory();
  const running = await isRunning(host, await pullUnit());
  const look = await lookAtRun(host, { stateDirectory, newRun: 'end' });
  const report = look?.isOver === true ? await readReport(host, stateDirectory) : undefined;
  const progress = look?.events.findLast((event) => event.type === 'progress');
  if (json) {
    context.stdout.write(`${JSON.stringify({ running, run: look?.position.run, progress, report })}\n`);
  } else if (report !== undefined) {
    context.stdout.write(`${running ? 'running' : 'not running'}; the newest run:\n${pullSummary(report)}`);
  } else if (progress !== undefined) {
    context.stdout.write(
      `${running ? 'running' : 'not running, and it left no report'}: ${describeProgress(progress)}\n`,
    );
  } else {
    context.stdout.write(running ? 'running: nothing listed yet\n' : 'not running: no run yet\n');
  }
  if (report !== undefined && !running) context.setExitCode(exitCodeOf(report));
}

async function isRunning(host: Connection, unit: string): Promise<boolean> {
  const { stdout } = await host.exec(sh`systemctl is-active ${unit}`);
  return ['active', 'activating', 'deactivating', 'reloading'].includes(stdout.toString().trim());
}

async function checked(host: Connection, command: ReturnType<typeof sh>) {
  const result = await host.exec(command);
  if (result.exitCode === 0) return result;
  throw new SluiceError(`${host.host}: ${result.stderr.trim() || `exit ${result.exitCode}`}`, {
    code: 'COMMAND_FAILED',
    hint: 'is the host provisioned? sluice provision --check tells',
  });
}

async function pullUnit(): Promise<string> {
  return (await import('../../provision/roles/pull-unit')).pullUnitName;
}

async function pullStateDirectory(): Promise<string> {
  return (await import('../../provision/roles/layout')).ec2Layout.stateDirectory;
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new InvalidArgumentError('expected a whole number from 1 to 65535.');
  return number;
}
