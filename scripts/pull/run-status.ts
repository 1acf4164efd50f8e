/** What the newest run on a host is doing, or how it ended, and what comes next. */
import { exitCodes } from '../../provision/core/errors';
import type { PullServiceState } from '../../provision/facts/pull-service';
import type { Progress } from '../../provision/pull/record/events';
import { exitCodeOf, type PullReport } from '../../provision/pull/record/report';
import { ec2Layout } from '../../provision/roles/layout';
import type { CliContext } from '../context';
import type { OneHost } from '../provision/on-host';
import { describeProgress, endText, pullSummary } from '../render/pull';
import { lookAtRun, readReport } from './follow-run';
import { goesOn, lookAtService, notProvisioned } from './pull-service';

/** Sets the exit code to the newest run's, unless one is under way. */
export async function printStatus(context: CliContext, { connection }: OneHost, json: boolean): Promise<void> {
  const { stateDirectory } = ec2Layout;
  const service = await lookAtService(connection);
  if (service.state === 'absent') throw notProvisioned(connection);
  const look = await lookAtRun(connection, { stateDirectory, newRun: 'end' });
  const report = look?.isOver === true ? await readReport(connection, stateDirectory, look.position.run) : undefined;
  const progress = look?.events.findLast((event) => event.type === 'progress');
  const run = look?.position.run;
  if (json) context.stdout.write(`${JSON.stringify({ ...service, run, progress, report })}\n`);
  else context.stdout.write(statusText(context, service, { progress, report, hasRun: run !== undefined }));
  if (goesOn(service)) return;
  if (report !== undefined) context.setExitCode(exitCodeOf(report));
  else if (service.state === 'failed' || run !== undefined) context.setExitCode(exitCodes.failed);
}

interface NewestRun {
  readonly progress: Progress | undefined;
  readonly report: PullReport | undefined;
  readonly hasRun: boolean;
}

const stateTexts: Readonly<Record<PullServiceState['state'], string>> = {
  running: 'running',
  waiting: 'waiting: systemd tries again within two minutes',
  resuming: 'the host has booted, and goes on with the run in a moment',
  idle: 'not running',
  failed: 'not running; the last run failed',
  absent: 'not provisioned',
};

type Words = Pick<CliContext, 'forConfig'>;

function statusText(words: Words, service: PullServiceState, newest: NewestRun): string {
  return `${stateTexts[service.state]}${newestText(words, service, newest)}${unfinishedText(words, service)}${nextText(service)}`;
}

function newestText({ forConfig }: Words, service: PullServiceState, { progress, report, hasRun }: NewestRun): string {
  if (report !== undefined)
    return service.state === 'running'
      ? ': it begins\n'
      : `; the newest run:\n${pullSummary(report)}${endText(report)}`;
  if (progress !== undefined)
    return `${goesOn(service) ? '' : '; the newest run left no report'}: ${describeProgress(progress)}\n`;
  if (service.state === 'running') return ': nothing listed yet\n';
  return hasRun ? `; the newest run left no report: see ${forConfig('sluice pull logs')}\n` : ': no run yet\n';
}

function unfinishedText({ forConfig }: Words, { state, isUnfinished }: PullServiceState): string {
  if (!isUnfinished || !['idle', 'failed'].includes(state)) return '';
  return `  unfinished: it goes on at the next boot, or now with ${forConfig('sluice pull start')}\n`;
}

function nextText({ nextRun }: PullServiceState): string {
  return nextRun === null ? '' : `  next run: ${nextRun}\n`;
}
