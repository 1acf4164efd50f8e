/** Runs as a table, a line each: what `sluice history` and `sluice pull history` print. */
import { basename, dirname } from 'node:path';
import { formatBytes, formatCount, formatDuration, formatRate } from '../../provision/core/units';
import { visible } from '../../provision/core/visible';
import type { RunSummary } from '../report/report-data';

/** What is known of each run; a line leaves out the start, with which the id begins. */
export interface ListedRun extends Pick<RunSummary, 'id' | 'state' | 'startedAt' | 'durationMs'> {
  readonly counts: Pick<
    RunSummary['counts'],
    'filesTransferred' | 'bytesTransferred' | 'bytesResumed' | 'filesUnchanged' | 'failed'
  >;
  /** The run's, on this machine. */
  readonly folder?: string;
}

const headings = ['run, by its start (UTC)', 'state', 'files', 'bytes', 'rate', 'unchanged', 'failed', 'duration'];
const textColumns = new Set([0, 1, headings.length]);

/** Where the runs are of several state directories, the last column names each one's. */
export function runTable(runs: readonly ListedRun[]): string {
  const states = runs.map(({ folder = '' }) => dirname(dirname(folder)));
  const areSeveral = new Set(states).size > 1;
  const rows = [
    areSeveral ? [...headings, 'state directory'] : headings,
    ...runs.map((run, index) => [...cells(run), ...(areSeveral ? [basename(states[index] ?? '')] : [])].map(visible)),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return textColumns.has(column) ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
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
