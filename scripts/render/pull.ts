/**
 * Shows a pull while it goes, and what it came to at the end. From events only: what a person sees is what events.ndjson holds.
 */
import pc from 'picocolors';
import type { Reporter } from '../../provision/core/reporter';
import { formatBytes, formatCount, formatDuration, formatRate, plural } from '../../provision/core/units';
import { visible, visibleLines } from '../../provision/core/visible';
import type { Progress, PullEvent } from '../../provision/pull/record/events';
import type { Failure } from '../../provision/pull/record/outcomes';
import type { PullReport } from '../../provision/pull/record/report';
import { type Detail, showProgress } from './progress';
import { RecentRate } from './recent-rate';
import { tooLargeLines } from './too-large';
import { unmatchedLines } from './unmatched-includes';

/** Entries shown of a long list; the report holds all. */
const shownEntries = 10;

/** After so long without a byte the pace says nothing of the time that is left. */
const restMs = 30_000;

const phases = ['LAUNCHING', 'PREPARING', 'TRANSFERRING', 'VERIFYING'] as const;

export interface PullRenderer {
  readonly report: Reporter<PullEvent>;
  /** A line that stays. */
  note(text: string): void;
  /** Takes the view away, so that other text starts on an empty line. May run twice. */
  finish(): void;
}

export function renderPull(out: NodeJS.WriteStream, { color }: { readonly color: boolean }): PullRenderer {
  const colors = pc.createColors(color);
  const view = showProgress(out, { phases, color });
  const rate = new RecentRate();
  let connections = 0;

  const report = (event: PullEvent) => {
    switch (event.type) {
      case 'state':
        if (event.state !== 'SUCCESS' && event.state !== 'ERROR') view.phase(event.state);
        break;
      case 'progress':
        rate.observe(event.receivedBytes, event.elapsedMs);
        view.update(
          detailOf(event, {
            bytesPerSecond: Math.round(rate.perSecond),
            isResting: rate.restingMs >= restMs,
            connections,
          }),
        );
        break;
      case 'entry':
        if (event.outcome.kind === 'failed')
          view.note(colors.red(`${failureOf(event.outcome)}: ${visible(event.outcome.reason)}`));
        break;
      case 'connections':
        if (event.change !== 'limited') connections = event.connections;
        if (event.change === 'lost') view.note(colors.yellow(`connection lost; ${event.connections} left`));
        if (event.change === 'limited') {
          const limit = `going on with ${event.connections}`;
          const why = visible(event.reason ?? '');
          view.note(colors.yellow(`the server takes no more connections (${why}): ${limit}`));
        }
        break;
      case 'error':
        break;
    }
  };
  return { report, note: (text) => view.note(colors.yellow(visible(text))), finish: view.finish };
}

interface Now {
  readonly bytesPerSecond: number;
  /** Whether nothing has come for long. */
  readonly isResting: boolean;
  /** Undefined where nobody counted them. */
  readonly connections?: number;
}

function detailOf(progress: Progress, { bytesPerSecond, isResting, connections }: Now): Detail {
  const { listedFiles, listedBytes, doneFiles, doneBytes, failed, retries, isListed } = progress;
  const share = listedBytes === 0 ? 0 : Math.min(1, doneBytes / listedBytes);
  return {
    share,
    facts: [
      `${formatCount(doneFiles)} of ${formatCount(listedFiles)} files`,
      `${formatBytes(doneBytes)} of ${formatBytes(listedBytes)}`,
      formatRate(bytesPerSecond, 1000),
      eta(progress, isResting ? 0 : bytesPerSecond),
      ...(isListed ? [] : ['still listing']),
      ...(connections === undefined ? [] : [plural(connections, 'connection')]),
      plural(retries, 'retry', 'retries'),
      `${formatCount(failed)} failed`,
    ],
  };
}

/** As long as the source is being listed, more may come. */
function eta({ listedBytes, doneBytes, isListed }: Progress, bytesPerSecond: number): string {
  const left = Math.max(0, listedBytes - doneBytes);
  if (left === 0) return isListed ? 'ETA 0.0s' : 'ETA -';
  if (bytesPerSecond <= 0) return 'ETA -';
  return `ETA ${isListed ? '' : 'over '}${formatDuration((left / bytesPerSecond) * 1000)}`;
}

/** What the run came to, in a few lines. */
export function pullSummary(report: PullReport): string {
  const { counts, durationMs } = report;
  const lines = [
    `${report.state}: ${plural(counts.filesTransferred, 'file')} transferred, ${formatBytes(counts.bytesTransferred)} in ${formatDuration(durationMs)} (${formatRate(counts.bytesTransferred - counts.bytesResumed, durationMs)})`,
    `  unchanged ${formatCount(counts.filesUnchanged)}, skipped ${formatCount(counts.skipped)}, excluded ${formatCount(counts.excluded)}, failed ${formatCount(counts.failed)}`,
  ];
  lines.push(...furtherLines(report));
  if (counts.bytesResumed > 0) lines.push(`  ${formatBytes(counts.bytesResumed)} had been received by an earlier run`);
  const { unfinished } = report;
  if (unfinished !== undefined) {
    const what = plural(unfinished.files, 'unfinished file');
    lines.push(`  kept for the next run: ${formatBytes(unfinished.bytes)} of ${what}`);
  }
  lines.push(...unmatchedLines(report.unmatchedIncludes));
  lines.push(
    ...entryLines(report.skipped, {
      what: 'skipped',
      count: counts.skipped,
      nameOf: ({ path }) => `skipped ${visible(path)}`,
    }),
    ...entryLines(report.failed, { what: 'failed', count: counts.failed, nameOf: failureOf }),
  );
  lines.push(`  report: ${report.files.report}`);
  return `${lines.join('\n')}\n`;
}

/** Why a run ended before its end, and what to do; empty where it went through. */
export function endText({ error }: PullReport, hint = error?.hint): string {
  if (error === undefined) return '';
  return visibleLines(`error: ${error.message}\n${hint === undefined ? '' : `  fix: ${hint}\n`}`);
}

/** What only some settings bring. */
function furtherLines({ counts, left, options }: PullReport): string[] {
  const lines: string[] = [];
  if (counts.removed + counts.directoriesRemoved > 0)
    lines.push(
      `  removed here, because gone there: ${plural(counts.removed, 'file')}, ${plural(counts.directoriesRemoved, 'directory', 'directories')}`,
    );
  const further = [
    [counts.directoriesCreated, 'directory made', 'directories made'],
    [counts.linksCreated, 'symbolic link made', 'symbolic links made'],
    [counts.modesChanged, 'file had permissions or owner set', 'files had permissions or owner set'],
  ] as const;
  const told = further.filter(([count]) => count > 0).map(([count, one, many]) => plural(count, one, many));
  if (told.length > 0) lines.push(`  ${told.join(', ')}`);
  if (counts.clearedAtSource > 0) {
    const how = options.moveTo === undefined ? 'deleted' : `moved to ${visible(options.moveTo)}`;
    lines.push(`  ${plural(counts.clearedAtSource, 'file')} ${how} at the source`);
  }
  if (left !== undefined) {
    const atLeast = left.isAll ? '' : 'at least ';
    lines.push(
      `  stopped by the limit of ${left.limit}: ${atLeast}${plural(left.files, 'file')}, ${formatBytes(left.bytes)}, left for the next run`,
    );
    lines.push(...tooLargeLines(left));
  }
  return lines;
}

interface Entry {
  readonly reason: string;
  readonly hint?: string;
}

interface Naming<Given> {
  readonly what: string;
  /** Of all, named or not. */
  readonly count: number;
  readonly nameOf: (entry: Given) => string;
}

/** A refused removal has no entry of its own: its path is the root's. */
function failureOf({ path, code }: Failure): string {
  return code === 'REMOVAL_LIMIT' ? 'removal refused' : `failed ${visible(path)}`;
}

function entryLines<Given extends Entry>(entries: readonly Given[], { what, count, nameOf }: Naming<Given>): string[] {
  const lines = entries.slice(0, shownEntries).flatMap((entry) => {
    const { reason, hint } = entry;
    const line = `  ${nameOf(entry)}: ${visible(reason)}`;
    return hint === undefined ? [line] : [line, `      fix: ${visible(hint)}`];
  });
  const more = count - shownEntries;
  return more > 0 ? [...lines, `  and ${formatCount(more)} more ${what}: see the report`] : lines;
}

/** Where a run stands, in one line; the rate is the run's mean. */
export function describeProgress(progress: Progress): string {
  const bytesPerSecond = progress.elapsedMs <= 0 ? 0 : (progress.receivedBytes * 1000) / progress.elapsedMs;
  return detailOf(progress, { bytesPerSecond, isResting: false }).facts.join(', ');
}
