/** Runs as a table, a line each: what `sluice history` and `sluice pull history` print. */
import { formatBytes, formatCount, formatDuration, formatRate } from '../../provision/core/units';
import { visible } from '../../provision/core/visible';
import type { RunSummary } from '../report/report-data';

/** What a line tells; a RunSummary tells more. */
export interface ListedRun extends Pick<RunSummary, 'id' | 'state' | 'startedAt' | 'durationMs'> {
  readonly counts: Pick<
    RunSummary['counts'],
    'filesTransferred' | 'bytesTransferred' | 'bytesResumed' | 'filesUnchanged' | 'failed'
  >;
}

const headings = ['start (UTC)', 'state', 'files', 'bytes', 'rate', 'unchanged', 'failed', 'duration', 'run'];

export function runTable(runs: readonly ListedRun[]): string {
  const rows = [headings, ...runs.map((run) => cells(run).map(visible))];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const isText = (column: number) => column < 2 || column === headings.length - 1;
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

function cells({ id, state, startedAt, durationMs, counts }: ListedRun): string[] {
  return [
    startedAt.slice(0, 19).replace('T', ' '),
    state,
    formatCount(counts.filesTransferred),
    formatBytes(counts.bytesTransferred),
    formatRate(counts.bytesTransferred - counts.bytesResumed, durationMs),
    formatCount(counts.filesUnchanged),
    formatCount(counts.failed),
    formatDuration(durationMs),
    id,
  ];
}
