/** Runs as a table, a line each: what `sluice history` and `sluice pull history` print. */
import { basename, dirname } from 'node:path';
import { formatBytes, formatCount, formatDuration, formatRate } from '../../provision/core/units';
import { visible } from '../../provision/core/visible';
import type { RunSummary } from '../report/report-data';

/** What is known of each run; a line leaves out the start, with which the id begins. */
export interface ListedRun extends Pick<RunSummary, 'id' | 'state' | 'startedAt' | 'durationMs' | 'from' | 'to'> {
  readonly counts: Pick<
    RunSummary['counts'],
    'filesTransferred' | 'bytesTransferred' | 'bytesResumed' | 'filesUnchanged' | 'failed'
  >;
  /** The run's, on this machine. */
  readonly folder?: string;
}

const headings = ['run, by its start (UTC)', 'state', 'files', 'bytes', 'rate', 'unchanged', 'failed', 'duration'];
const isText = (column: number) => column < 2 || column >= headings.length;

/** Last the sources, the destinations and the state directories, where there are several. */
export function runTable(runs: readonly ListedRun[]): string {
  const states = severalOf('state directory', runs, ({ folder }) => folder && dirname(dirname(folder)));
  const more = [
    ...severalOf('from', runs, ({ from }) => from),
    ...severalOf('to', runs, ({ to }) => to),
    ...states.map(({ heading, values }) => ({ heading, values: values.map((value) => basename(value)) })),
  ];
  const rows = [
    [...headings, ...more.map(({ heading }) => heading)],
    ...runs.map((run, index) => [...cells(run), ...more.map(({ values }) => values[index] ?? '')].map(visible)),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isText(column) ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

interface Column {
  readonly heading: string;
  /** A run each; '' where it is not known. */
  readonly values: readonly string[];
}

/** The column, where it tells the runs apart. */
function severalOf(
  heading: string,
  runs: readonly ListedRun[],
  of: (run: ListedRun) => string | undefined,
): readonly Column[] {
  const values = runs.map((run) => of(run) ?? '');
  return new Set(values.filter((value) => value !== '')).size > 1 ? [{ heading, values }] : [];
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
