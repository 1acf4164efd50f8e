/**
 * Shows a pull while it goes: a bar on a terminal, plain lines elsewhere, a summary at the end. From events only: what a person sees is
 * what events.ndjson holds.
 */
import pc from 'picocolors';
import type { Reporter } from '../../provision/core/reporter';
import { formatBytes, formatCount, formatDuration, formatRate } from '../../provision/core/units';
import type { Progress, PullEvent } from '../../provision/pull/events';
import type { PullReport } from '../../provision/pull/report';
import { visible } from './visible';

const barWidth = 24;
/** Plain output tells where it stands this often. */
const linesEveryMs = 10_000;
/** Entries shown of a long list; the report holds all. */
const shownEntries = 10;

export interface PullRenderer {
  readonly report: Reporter<PullEvent>;
  /** Takes the bar away, so that other text starts on an empty line. May run twice. */
  finish(): void;
}

export function renderPull(out: NodeJS.WriteStream, { color }: { readonly color: boolean }): PullRenderer {
  const isTerminal = out.isTTY === true;
  const colors = pc.createColors(color);
  let bar = '';
  let last: Progress | undefined;
  let lastLineMs = 0;

  const showBar = (text: string) => {
    if (!isTerminal) return;
    bar = text;
    out.write(`\r\x1b[2K${text}`);
  };
  const line = (text: string) => {
    if (isTerminal) out.write('\r\x1b[2K');
    out.write(`${text}\n`);
    if (bar !== '') showBar(bar);
  };
  const onProgress = (progress: Progress) => {
    const rate = formatRate(
      progress.receivedBytes - (last?.receivedBytes ?? 0),
      progress.elapsedMs - (last?.elapsedMs ?? 0),
    );
    last = progress;
    if (isTerminal) showBar(progressBar(progress, rate, out.columns ?? 80));
    else if (progress.elapsedMs - lastLineMs >= linesEveryMs) {
      lastLineMs = progress.elapsedMs;
      line(progressText(progress, rate));
    }
  };
  const report = (event: PullEvent) => {
    switch (event.type) {
      case 'state':
        if (event.state !== 'SUCCESS' && event.state !== 'ERROR') line(colors.dim(event.state));
        break;
      case 'progress':
        onProgress(event);
        break;
      case 'entry':
        if (event.outcome.kind === 'failed')
          line(colors.red(`failed   ${visible(event.outcome.path)}: ${event.outcome.reason}`));
        break;
      case 'connections':
        if (event.change === 'lost') line(colors.yellow(`connection lost; ${event.connections} left`));
        if (event.change === 'limited') {
          line(
            colors.yellow(`the server takes no more connections (${event.reason}): going on with ${event.connections}`),
          );
        }
        break;
      case 'error':
        break;
    }
  };
  return {
    report,
    finish: () => {
      if (bar !== '') out.write('\r\x1b[2K');
      bar = '';
    },
  };
}

/** What the run came to, in a few lines. */
export function pullSummary(report: PullReport): string {
  const { counts, durationMs } = report;
  const lines = [
    `${report.state}: ${formatCount(counts.filesTransferred)} files transferred, ${formatBytes(counts.bytesTransferred)} in ${formatDuration(durationMs)} (${formatRate(counts.bytesTransferred - counts.bytesResumed, durationMs)})`,
    `  unchanged ${formatCount(counts.filesUnchanged)}, skipped ${formatCount(counts.skipped)}, excluded ${formatCount(counts.excluded)}, failed ${formatCount(counts.failed)}`,
  ];
  lines.push(...furtherLines(report));
  if (counts.bytesResumed > 0) lines.push(`  ${formatBytes(counts.bytesResumed)} had been received by an earlier run`);
  lines.push(
    ...entryLines('skipped', report.skipped, counts.skipped),
    ...entryLines('failed', report.failed, counts.failed),
  );
  lines.push(`  report: ${report.files.report}`);
  return `${lines.join('\n')}\n`;
}

/** What only some settings bring. */
function furtherLines({ counts, left }: PullReport): string[] {
  const lines: string[] = [];
  if (counts.removed + counts.directoriesRemoved > 0)
    lines.push(
      `  removed here, because gone there: ${formatCount(counts.removed)} files, ${formatCount(counts.directoriesRemoved)} directories`,
    );
  if (counts.linksCreated > 0) lines.push(`  ${formatCount(counts.linksCreated)} symbolic links made`);
  if (counts.clearedAtSource > 0)
    lines.push(`  ${formatCount(counts.clearedAtSource)} files deleted or moved at the source`);
  if (left !== undefined) {
    const atLeast = left.isAll ? '' : 'at least ';
    lines.push(
      `  stopped by the limit of ${left.limit}: ${atLeast}${formatCount(left.files)} files, ${formatBytes(left.bytes)}, are left for the next run`,
    );
  }
  return lines;
}

interface Entry {
  readonly path: string;
  readonly reason: string;
  readonly hint?: string;
}

function entryLines(what: string, entries: readonly Entry[], count: number): string[] {
  const lines = entries.slice(0, shownEntries).flatMap(({ path, reason, hint }) => {
    const line = `  ${what} ${visible(path)}: ${reason}`;
    return hint === undefined ? [line] : [line, `      fix: ${hint}`];
  });
  const more = count - shownEntries;
  return more > 0 ? [...lines, `  and ${formatCount(more)} more ${what}: see the report`] : lines;
}

function progressBar(progress: Progress, rate: string, columns: number): string {
  const share = progress.listedBytes === 0 ? 0 : Math.min(1, progress.doneBytes / progress.listedBytes);
  const full = Math.round(share * barWidth);
  const bar = `${'█'.repeat(full)}${'░'.repeat(barWidth - full)}`;
  return `${bar} ${progressText(progress, rate)}`.slice(0, Math.max(20, columns - 1));
}

function progressText(progress: Progress, rate: string): string {
  const files = `${formatCount(progress.doneFiles)}/${formatCount(progress.listedFiles)} files`;
  const bytes = `${formatBytes(progress.doneBytes)} of ${formatBytes(progress.listedBytes)}`;
  const failures = progress.failed === 0 ? '' : `, ${formatCount(progress.failed)} failed`;
  return `${files}, ${bytes}, ${rate}${failures}`;
}

/** Where a run stands, in one line; the rate is the run's mean. */
export function describeProgress(progress: Progress): string {
  return progressText(progress, formatRate(progress.receivedBytes, progress.elapsedMs));
}
