/** Several runs side by side; those that the page holds in full can be opened. */
import { formatBytes, formatCount, formatDuration } from '../../../provision/core/units';
import type { ReportData, ReportedRun, RunSummary } from '../report-data';
import { bar } from './cost';
import { button, h, section, table } from './dom';
import { badge, meanRate } from './outcome';
import { pathText, utc } from './text';

export function runsSection(
  { runs, leftOut }: ReportData,
  current: number,
  open: (index: number) => void,
): HTMLElement {
  const most = (value: (summary: RunSummary) => number) => Math.max(1, ...runs.map(({ summary }) => value(summary)));
  const mostBytes = most(bytesOf);
  const mostRate = most(rateOf);
  const opener = (run: ReportedRun) => {
    const index = runs.indexOf(run);
    const label = utc(run.summary.startedAt);
    if (run.details === undefined) return label;
    return button(label, () => open(index), { class: 'link', 'aria-current': index === current ? 'true' : undefined });
  };
  const element = table<ReportedRun>(
    `${formatCount(runs.length)} runs, newest first`,
    [
      { heading: 'start', cell: opener },
      { heading: 'state', cell: ({ summary }) => badge(summary.state) },
      { heading: 'files', cell: ({ summary }) => formatCount(summary.counts.filesTransferred), isNumber: true },
      {
        heading: 'bytes',
        cell: ({ summary }) => bar(formatBytes(bytesOf(summary)), bytesOf(summary) / mostBytes),
        isNumber: true,
      },
      {
        heading: 'mean rate',
        cell: ({ summary }) => bar(meanRate(summary), rateOf(summary) / mostRate),
        isNumber: true,
      },
      { heading: 'unchanged', cell: ({ summary }) => formatCount(summary.counts.filesUnchanged), isNumber: true },
      { heading: 'failed', cell: ({ summary }) => formatCount(summary.counts.failed), isNumber: true },
      { heading: 'took', cell: ({ summary }) => formatDuration(summary.durationMs), isNumber: true },
      ...routeColumns(runs),
    ],
    runs,
  );
  const untold = runs.filter(({ details }) => details === undefined).length;
  return section(
    'runs',
    'Runs compared',
    element,
    untold === 0
      ? undefined
      : h(
          'p',
          { class: 'aside' },
          `${formatCount(untold)} older runs are only compared; name one to see it in full.`,
          leftOut === 0 ? '' : ` ${formatCount(leftOut)} more are older still, and left out.`,
        ),
  );
}

/** Where the runs had several sources or destinations: bytes and rates of one say little of another. */
function routeColumns(runs: readonly ReportedRun[]) {
  return (['from', 'to'] as const)
    .filter((heading) => new Set(runs.flatMap(({ summary }) => summary[heading] ?? [])).size > 1)
    .map((heading) => ({ heading, cell: ({ summary }: ReportedRun) => pathText(summary[heading] ?? '–') }));
}

function bytesOf({ counts }: RunSummary): number {
  return counts.bytesTransferred;
}

function rateOf({ counts, durationMs }: RunSummary): number {
  return (counts.bytesTransferred - counts.bytesResumed) / Math.max(1, durationMs);
}
