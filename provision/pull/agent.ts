/**
 * The agent. Bundled to one file for the host; reads the job and nothing else. Exit codes are those of every sluice command
 * (`core/errors.ts`). SIGTERM and SIGINT stop cleanly; a second one ends the process.
 *
 *     run            a pull; with `--dry-run` it prints what a run would do, one JSON object a line; with `--supervised` it is a
 *                    service of systemd (supervision.ts: one more exit code, 75)
 *     tell-failure   puts the metric that the alarm of a failed run waits for
 *     inventory      prints the tree, each file's HSM state and the source's side, as JSON lines (inventory/entry.ts)
 *     archive        asks FSx to export the files named on standard input (inventory/hsm-requests.ts)
 *     release        frees the blocks of those
 */
import { readFileSync } from 'node:fs';
import { version } from '../../package.json';
import { exitCodes, messageOf, SluiceError } from '../core/errors';
import { planPull } from './dry-run';
import { exitCodeOfDryRun } from './dry-run-report';
import { parseTreeCommand, runTreeCommand } from './inventory/commands';
import type { PullJob } from './job/job';
import { parseJob } from './job/parse-job';
import { putMetric } from './login/aws/call';
import { failureMetric, metricNamespace } from './metrics/emf';
import { RunMetrics } from './metrics/run-metrics';
import type { PullEvent } from './record/events';
import { exitCodeOf, type PullReport } from './record/report';
import { runPull } from './run';
import type { RunOptions } from './run-options';
import { supervise } from './supervision';

const usage = `usage: agent.js run --job job.json [--dry-run | --supervised]
       agent.js tell-failure --job job.json
       agent.js inventory --job job.json [--root DIRECTORY] [--no-source] [--digests]
       agent.js archive|release --job job.json [--root DIRECTORY] <files.ndjson
       agent.js --version
`;

async function main(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const [command, flag, path = '', ...options] = argv;
  if (command === '--version' && argv.length === 1) {
    process.stdout.write(`${version}\n`);
    return exitCodes.ok;
  }
  const treeCommand = parseTreeCommand(argv);
  if (treeCommand !== undefined) {
    const { env, stdin, stdout } = process;
    await runTreeCommand(treeCommand, readJob(treeCommand.job), { env, signal, stdin, stdout });
    return signal.aborted ? exitCodes.interrupted : exitCodes.ok;
  }
  switch ([command, flag, ...options].join(' ')) {
    case 'run --job':
      return exitCodeOf(await run(readJob(path), { signal, reporter: log }));
    case 'run --job --dry-run':
      return dryRun(readJob(path), signal);
    case 'run --job --supervised':
      return runSupervised(readJob(path), signal);
    case 'tell-failure --job':
      return tellFailure(readJob(path));
    default:
      process.stderr.write(usage);
      return exitCodes.config;
  }
}

async function dryRun(job: PullJob, signal: AbortSignal): Promise<number> {
  const planned = await planPull(job, { onAction: print, signal, env: process.env, clock: Date });
  print(planned);
  return exitCodeOfDryRun(planned);
}

async function run(job: PullJob, options: Pick<RunOptions, 'signal' | 'reporter' | 'begunAtMs'>): Promise<PullReport> {
  const report = await runPull(job, { ...options, env: process.env, clock: Date });
  process.stdout.write(summary(report));
  return report;
}

function runSupervised(job: PullJob, signal: AbortSignal): Promise<number> {
  const printLine = (line: string) => void process.stdout.write(`${line}\n`);
  const metrics = job.metrics === undefined ? undefined : new RunMetrics(job.metrics, { print: printLine });
  let receivedBytes = 0;
  const reporter = (event: PullEvent) => {
    log(event);
    metrics?.observe(event);
    if (event.type === 'progress') receivedBytes = event.receivedBytes;
  };
  return supervise({
    stateDirectory: job.stateDirectory,
    run: (begunAtMs) => run(job, { signal, reporter, begunAtMs }),
    broughtSome: () => receivedBytes > 0,
  });
}

async function tellFailure({ metrics }: PullJob): Promise<number> {
  if (metrics?.failuresTo === null || metrics === undefined) return exitCodes.ok;
  const datum = {
    namespace: metricNamespace,
    name: failureMetric,
    dimensions: { Migration: metrics.migration },
    value: 1,
  };
  await putMetric(datum, { region: metrics.failuresTo.region, env: process.env });
  return exitCodes.ok;
}

function readJob(path: string): PullJob {
  return parseJob(readJobFile(path));
}

function readJobFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SluiceError(`the job file cannot be read: ${messageOf(error)}`, {
      code: 'JOB_UNREADABLE',
      kind: 'config',
      hint: 'Give the path of a job.json as `sluice provision` writes it.',
      cause: error,
    });
  }
}

/** For the journal: what changes the picture. Every entry is in events.ndjson. */
function log(event: PullEvent): void {
  if (event.type === 'progress' || (event.type === 'entry' && event.outcome.kind !== 'failed')) return;
  print(event);
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function summary({ state, counts, files }: PullReport): string {
  return `${state}: ${counts.filesTransferred} files transferred (${counts.bytesTransferred} bytes), ${counts.filesUnchanged} unchanged, ${counts.skipped} skipped, ${counts.failed} failed; report: ${files.report}\n`;
}

const abort = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (abort.signal.aborted) process.exit(exitCodes.interrupted);
    abort.abort();
  });
}
main(process.argv.slice(2), abort.signal).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    const hint = error instanceof SluiceError && error.hint !== undefined ? `\n  fix: ${error.hint}` : '';
    process.stderr.write(`error: ${messageOf(error)}${hint}\n`);
    process.exitCode = error instanceof SluiceError ? error.exitCode : exitCodes.failed;
  },
);
