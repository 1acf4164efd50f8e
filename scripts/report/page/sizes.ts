/** How large the files are, how long they took where their events tell, and which are the largest. */
import * as Plot from '@observablehq/plot';
import { formatBytes, formatCount, formatDuration } from '../../../provision/core/units';
import type { Histogram, LargeFile, RunDetails } from '../report-data';
import { h, numbersBehind, section, table } from './dom';
import { figure } from './figure';
import { counted, pathText, percent } from './text';

type Bin = Histogram['bins'][number];

export function sizeSection({ sizes, latencies, largest }: RunDetails): HTMLElement {
  if (sizes.count === 0) return section('sizes', 'Sizes', h('p', {}, 'No file has arrived.'));
  return section(
    'sizes',
    'Sizes',
    h(
      'p',
      { class: 'lede' },
      `Half of ${counted(sizes.count, 'file')} are at most about ${formatBytes(sizes.median)}, 99% at most about ${formatBytes(sizes.p99)}; the largest has ${formatBytes(sizes.max)}.`,
    ),
    h(
      'div',
      { class: 'pair' },
      histogram({
        title: 'Files by size',
        histogram: sizes,
        value: ({ count }) => count,
        tick: formatBytes,
        unit: formatFiles,
      }),
      histogram({
        title: 'Bytes by size of file',
        histogram: sizes,
        value: ({ sum }) => sum,
        tick: formatBytes,
        unit: formatBytes,
      }),
    ),
    latencies.count === 0
      ? undefined
      : histogram({
          title: 'Files by time taken',
          histogram: latencies,
          value: ({ count }) => count,
          tick: formatDuration,
          unit: formatFiles,
        }),
    numbersBehind(binsTable(sizes)),
    largestTable(largest),
  );
}

interface HistogramOptions {
  readonly title: string;
  readonly histogram: Histogram;
  readonly value: (bin: Bin) => number;
  /** Names a bound between bins. */
  readonly tick: (value: number) => string;
  readonly unit: (value: number) => string;
}

function histogram({ title, histogram: { bins }, value, tick, unit }: HistogramOptions): HTMLElement {
  const from = bins[0]?.bin ?? 0;
  const to = (bins.at(-1)?.bin ?? 0) + 1;
  const total = bins.reduce((sum, bin) => sum + value(bin), 0);
  const top = bins.reduce(
    (best, bin) => (value(bin) > value(best) ? bin : best),
    bins[0] ?? { bin: 0, count: 0, sum: 0 },
  );
  const range = (bin: number) => (bin === 0 ? '0' : `${tick(2 ** (bin - 1))} to ${tick(2 ** bin)}`);
  return figure({
    title,
    alternative: `${title}: most, ${percent(value(top), total)}, from ${range(top.bin)}.`,
    draw: (width) => {
      const step = Math.ceil((to - from) / Math.max(2, Math.floor(width / 72)));
      const ticks = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
      return Plot.plot({
        width,
        height: 190,
        marginLeft: 56,
        marginRight: 24,
        x: {
          domain: [from, to],
          ticks,
          tickFormat: (bin: number) => (bin === 0 ? '0' : tick(2 ** (bin - 1))),
          label: null,
        },
        y: { grid: true, ticks: 4, tickFormat: (amount: number) => shortly(unit(amount)), label: null },
        marks: [
          Plot.rectY(bins, {
            x1: 'bin',
            x2: ({ bin }: Bin) => bin + 1,
            y: value,
            fill: 'var(--accent)',
            insetLeft: 0.5,
            insetRight: 0.5,
          }),
          Plot.ruleY([0], { stroke: 'var(--line)' }),
          Plot.tip(
            bins,
            Plot.pointerX({
              x: ({ bin }: Bin) => bin + 0.5,
              y: value,
              title: (bin: Bin) => `${range(bin.bin)}\n${unit(value(bin))}, ${percent(value(bin), total)}`,
              fill: 'var(--surface)',
              stroke: 'var(--line)',
            }),
          ),
        ],
      });
    },
  });
}

function formatFiles(count: number): string {
  return counted(count, 'file');
}

/** `1,000,000 files` -> `1,000,000`: an axis has its unit in the title. */
function shortly(text: string): string {
  return text.replace(/ files?$/, '');
}

function binsTable({ bins, count, sum }: Histogram): HTMLElement {
  return table<Bin>(
    'Files by size',
    [
      {
        heading: 'size',
        cell: ({ bin }) => (bin === 0 ? 'empty' : `${formatBytes(2 ** (bin - 1))} to ${formatBytes(2 ** bin)}`),
      },
      { heading: 'files', cell: (bin) => formatCount(bin.count), isNumber: true },
      { heading: 'of all', cell: (bin) => percent(bin.count, count), isNumber: true },
      { heading: 'bytes', cell: (bin) => formatBytes(bin.sum), isNumber: true },
      { heading: 'of all', cell: (bin) => percent(bin.sum, sum), isNumber: true },
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
