/** A histogram of bins that double, as bars: of how many values are in each, or of what they sum up to. */
import * as Plot from '@observablehq/plot';
import { formatBytes, plural } from '../../../provision/core/units';
import type { Histogram } from '../report-data';
import { figure } from './figure';
import { percent, sizeAxis } from './text';

export type Bin = Histogram['bins'][number];

export interface HistogramOptions {
  readonly title: string;
  readonly histogram: Histogram;
  /** `count`: bars show files; `sum`: bytes. */
  readonly measure: 'count' | 'sum';
  /** Names a bound between bins. */
  readonly bound: (value: number) => string;
}

const barsHeight = 200;
/** Pixels that a name below the axis needs. */
const tickWidth = 72;

export function histogramFigure({ title, histogram: { bins }, measure, bound }: HistogramOptions): HTMLElement {
  const values = bins.map((bin) => bin[measure]);
  const total = values.reduce((sum, value) => sum + value, 0);
  const most = Math.max(...values);
  const scale = measure === 'sum' ? sizeAxis(most) : { bytes: 1, unit: 'files' };
  const amount = (bin: Bin) => (measure === 'sum' ? formatBytes(bin.sum) : plural(bin.count, 'file'));
  const range = ({ bin }: Bin) => binRange(bin, bound);
  const top = bins.find((bin) => bin[measure] === most);
  const y = (bin: Bin) => bin[measure] / scale.bytes;
  const from = bins[0]?.bin ?? 0;
  const to = (bins.at(-1)?.bin ?? 0) + 1;
  return figure({
    title,
    alternative: top === undefined ? title : `${title}: most, ${percent(most, total)}, are in ${range(top)}.`,
    draw: (width) => {
      const step = Math.ceil((to - from) / Math.max(2, Math.floor(width / tickWidth)));
      const ticks = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
      return Plot.plot({
        width,
        height: barsHeight,
        marginLeft: 56,
        marginRight: 28,
        x: { domain: [from, to], ticks, tickFormat: (bin: number) => lowerBound(bin, bound), label: null },
        y: { grid: true, ticks: measure === 'count' ? Math.min(4, most) : 4, label: scale.unit },
        marks: [
          Plot.rectY(bins, { x1: 'bin', x2: ({ bin }: Bin) => bin + 1, y, fill: 'var(--accent)', inset: 0.5 }),
          Plot.ruleY([0], { stroke: 'var(--line)' }),
          Plot.tip(
            bins,
            Plot.pointerX({
              x: ({ bin }: Bin) => bin + 0.5,
              y,
              title: (bin: Bin) => `${range(bin)}\n${amount(bin)}, ${percent(bin[measure], total)}`,
              fill: 'var(--surface)',
              stroke: 'var(--line)',
            }),
          ),
        ],
      });
    },
  });
}

/** `4 KiB to 8 KiB`; bin 0 is `0`. */
export function binRange(bin: number, bound: (value: number) => string): string {
  return bin === 0 ? '0' : `${lowerBound(bin, bound)} to ${lowerBound(bin + 1, bound)}`;
}

function lowerBound(bin: number, bound: (value: number) => string): string {
  return bin === 0 ? '0' : bound(2 ** (bin - 1));
}
