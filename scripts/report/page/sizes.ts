/** How large the files are, how long they took where their events tell, and which are the largest. */
import { formatBytes, formatCount, plural } from '../../../provision/core/units';
import type { Histogram, LargeFile, ReportedRun, RunDetails } from '../report-data';
import { h, numbersBehind, section, table } from './dom';
import { type Bin, binRange, histogramFigure } from './histogram';
import { noFiles } from './named-files';
import { pathText, percent, shortDuration } from './text';

export function sizeSection(run: ReportedRun, { sizes, latencies, largest }: RunDetails): HTMLElement {
  if (sizes.count === 0) return section('sizes', 'Sizes', noFiles(run));
  const bound = sizeBound;
  return section(
    'sizes',
    'Sizes',
    quantiles(sizes),
    h(
      'div',
      { class: 'pair' },
      histogramFigure({ title: 'Files by size', histogram: sizes, measure: 'count', bound }),
      histogramFigure({ title: 'Bytes by size of file', histogram: sizes, measure: 'sum', bound }),
    ),
    numbersBehind(sizesTable(sizes)),
    ...(latencies.count === 0 ? [] : latencyFigure(latencies)),
    largestTable(largest),
  );
}

function quantiles({ count, median, p99, max }: Histogram): HTMLElement {
  const text = `Half of ${plural(count, 'file')} have at most about ${formatBytes(median)}, 99% at most about ${formatBytes(p99)}; the largest has ${formatBytes(max)}.`;
  return h('p', { class: 'lede' }, text);
}

function latencyFigure(latencies: Histogram): HTMLElement[] {
  const { count, median, p99, max } = latencies;
  const caption = `Half of ${plural(count, 'file')} took at most about ${shortDuration(median)}, 99% at most about ${shortDuration(p99)}; the slowest took ${shortDuration(max)}.`;
  return [
    histogramFigure({ title: 'Files by time taken', histogram: latencies, measure: 'count', bound: shortDuration }),
    h('p', { class: 'aside' }, caption),
  ];
}

/** `4096` -> `4 KiB`. */
function sizeBound(bytes: number): string {
  return formatBytes(bytes).replace('.0 ', ' ');
}

function sizesTable({ bins, count, sum }: Histogram): HTMLElement {
  return table<Bin>(
    'Files by size',
    [
      { heading: 'size', cell: ({ bin }) => binRange(bin, sizeBound) },
      { heading: 'files', cell: (bin) => formatCount(bin.count), isNumber: true },
      { heading: 'of all files', cell: (bin) => percent(bin.count, count), isNumber: true },
      { heading: 'bytes', cell: (bin) => formatBytes(bin.sum), isNumber: true },
      { heading: 'of all bytes', cell: (bin) => percent(bin.sum, sum), isNumber: true },
    ],
    bins,
  );
}

function largestTable(files: readonly LargeFile[]): HTMLElement {
  return table<LargeFile>(
    'The largest files',
    [
      { heading: 'path', cell: ({ path }) => pathText(path) },
      { heading: 'size', cell: ({ sizeBytes }) => formatBytes(sizeBytes), isNumber: true },
    ],
    files,
  );
}
