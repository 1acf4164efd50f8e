/** Runs as a table, a line each: what `sluice history` and `sluice pull history` print. */
import { formatBytes, formatCount, formatDuration, formatRate } from '../../provision/core/units';
import { visible } from '../../provision/core/visible';
import type { RunSummary } from '../report/report-data';

/** What is known of each run; a line leaves out the start, with which the id begins. */
export interface ListedRun extends Pick<RunSummary, 'id' | 'state' | 'startedAt' | 'durationMs'> {
  readonly counts: Pick<
    RunSummary['counts'],
    'filesTransferred' | 'bytesTransferred' | 'bytesResumed' | 'filesUnchanged' | 'failed'
  >;
}

const headings = ['run, by its start (UTC)', 'state', 'files', 'bytes', 'rate', 'unchanged', 'failed', 'duration'];
const textColumns = 2;

export function runTable(runs: readonly ListedRun[]): string {
  const rows = [headings, ...runs.map((run) => cells(run).map(visible))];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column < textColumns ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  '),
  );
  return `${lines.join('\n')}\n`;
}

function cells({ id, state, durationMs, counts }: ListedRun): string[] {
  return [
    id,
    state,
    formatCount(counts.filesTransferred),
    formatBytes(counts.bytesTransferred),
    formatRate(counts.bytesTransferred - counts.bytesResumed, durationMs),
    formatCount(counts.filesUnchanged),
    formatCount(counts.failed),
    formatDuration(durationMs),
  ];
}
