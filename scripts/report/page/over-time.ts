/** Throughput and files while the run went on. */
import * as Plot from '@observablehq/plot';
import { formatBytes, formatCount, formatDuration, formatRate, plural } from '../../../provision/core/units';
import type { ConnectionHistory, ProgressSample, RunDetails, StateSpan } from '../report-data';
import { h, numbersBehind, section, table } from './dom';
import { figure, legend } from './figure';
import { shortDuration, sizeAxis } from './text';

interface Interval extends ProgressSample {
  /** Mean over the time since the sample before. */
  readonly bytesPerSecond: number;
}

const plotHeight = 210;
const marginLeft = 56;
/** Rows of the table behind the plots. */
const shownSamples = 60;

export function overTime({ progress, states, connections }: RunDetails): HTMLElement {
  const intervals = intervalsOf(progress);
  const end = intervals.at(-1);
  if (end === undefined || end.elapsedMs === 0) {
    return section('time', 'Over time', phases(states), h('p', {}, 'The run was too short to plot.'));
  }
  const numbers = numbersBehind(samplesTable(intervals));
  return section(
    'time',
    'Over time',
    phases(states),
    throughput(intervals, end),
    files(intervals, end),
    numbers,
    connectionsLine(connections),
  );
}

function phases(states: readonly StateSpan[]): HTMLElement | undefined {
  const spans = states.filter(({ state }) => state !== 'SUCCESS' && state !== 'ERROR');
  if (spans.length === 0) return undefined;
  const items = spans.map(({ state, fromMs, toMs }) =>
    h(
      'li',
      { style: `flex-grow: ${Math.max(1, toMs - fromMs)}` },
      h('b', {}, state),
      h('span', {}, shortDuration(toMs - fromMs)),
    ),
  );
  return h('ol', { class: 'phases', 'aria-label': 'Phases of the run and how long they took' }, ...items);
}

function throughput(intervals: readonly Interval[], end: Interval): HTMLElement {
  if (end.receivedBytes === 0) return h('p', {}, 'No bytes came over the network.');
  const peak = Math.max(...intervals.map(({ bytesPerSecond }) => bytesPerSecond));
  const mean = (end.receivedBytes * 1000) / end.elapsedMs;
  const time = timeAxis(end.elapsedMs);
  const size = sizeAxis(peak);
  const x = ({ elapsedMs }: Interval) => elapsedMs / time.ms;
  const y = ({ bytesPerSecond }: Interval) => bytesPerSecond / size.bytes;
  const label = ({ bytesPerSecond, elapsedMs }: Interval) =>
    `${formatBytes(Math.round(bytesPerSecond))}/s\nat ${formatDuration(elapsedMs)}`;
  return figure({
    title: 'Throughput',
    alternative: `Throughput over ${formatDuration(end.elapsedMs)}: mean ${formatRate(end.receivedBytes, end.elapsedMs)}, peak ${formatBytes(Math.round(peak))}/s.`,
    legend: legend(['received', 'accent'], [`mean ${formatRate(end.receivedBytes, end.elapsedMs)}`, 'ink']),
    draw: (width) =>
      Plot.plot({
        width,
        height: plotHeight,
        marginLeft,
        marginBottom: 44,
        x: { label: time.label, labelOffset: 40, domain: [0, end.elapsedMs / time.ms] },
        y: { label: `${size.unit}/s`, grid: true, domain: [0, Math.max(1e-9, peak / size.bytes) * 1.08], ticks: 5 },
        marks: [
          Plot.areaY(intervals, { x, y, curve: 'step-before', fill: 'var(--accent-soft)' }),
          Plot.lineY(intervals, { x, y, curve: 'step-before', stroke: 'var(--accent)', strokeWidth: 1.5 }),
          Plot.ruleY([mean / size.bytes], { stroke: 'var(--ink)', strokeDasharray: '4 4' }),
          Plot.tip(intervals, Plot.pointerX({ x, y, title: label, ...tipStyle })),
        ],
      }),
  });
}

function files(intervals: readonly Interval[], end: Interval): HTMLElement {
  const time = timeAxis(end.elapsedMs);
  const most = Math.max(1, end.listedFiles);
  const x = ({ elapsedMs }: Interval) => elapsedMs / time.ms;
  const label = ({ listedFiles, doneFiles, failed, elapsedMs }: Interval) =>
    `${formatCount(doneFiles)} of ${formatCount(listedFiles)} found\n${formatCount(failed)} failed\nat ${formatDuration(elapsedMs)}`;
  return figure({
    title: 'Files',
    alternative: `Files over time: ${plural(end.listedFiles, 'file')} found, ${formatCount(end.doneFiles)} of them there at the end.`,
    legend: legend(['found at the source', 'muted'], ['there', 'accent']),
    draw: (width) =>
      Plot.plot({
        width,
        height: plotHeight,
        marginLeft,
        marginBottom: 44,
        x: { label: time.label, labelOffset: 40, domain: [0, end.elapsedMs / time.ms] },
        y: { label: 'files', grid: true, domain: [0, most * 1.08], ticks: Math.min(5, most), tickFormat: '~s' },
        marks: [
          Plot.areaY(intervals, { x, y: 'doneFiles', fill: 'var(--accent-soft)' }),
          Plot.lineY(intervals, {
            x,
            y: 'listedFiles',
            stroke: 'var(--muted)',
            strokeDasharray: '2 3',
            strokeWidth: 1.5,
          }),
          Plot.lineY(intervals, { x, y: 'doneFiles', stroke: 'var(--accent)', strokeWidth: 1.5 }),
          Plot.tip(intervals, Plot.pointerX({ x, y: 'doneFiles', title: label, ...tipStyle })),
        ],
      }),
  });
}

const tipStyle = { fill: 'var(--surface)', stroke: 'var(--line)', textPadding: 9 } as const;

function connectionsLine({ samples, lost, limited }: ConnectionHistory): HTMLElement | undefined {
  if (samples.length === 0) return undefined;
  const most = Math.max(...samples.map(({ connections }) => connections));
  const parts = [
    `At most ${plural(most, 'connection')} at one time`,
    lost === 0 ? 'none was lost' : `lost ${plural(lost, 'time')}`,
  ];
  if (limited > 0) parts.push(`the server refused more ${plural(limited, 'time')}`);
  return h('p', { class: 'aside' }, `${parts.join('; ')}.`);
}

function samplesTable(intervals: readonly Interval[]): HTMLElement {
  const step = Math.ceil(intervals.length / shownSamples);
  const rows = intervals.filter((_, index) => index % step === 0 || index === intervals.length - 1);
  return table<Interval>(
    'Where the run stood',
    [
      { heading: 'after', cell: ({ elapsedMs }) => formatDuration(elapsedMs), isNumber: true },
      { heading: 'received', cell: ({ receivedBytes }) => formatBytes(receivedBytes), isNumber: true },
      { heading: 'rate', cell: ({ bytesPerSecond }) => `${formatBytes(Math.round(bytesPerSecond))}/s`, isNumber: true },
      { heading: 'files found', cell: ({ listedFiles }) => formatCount(listedFiles), isNumber: true },
      { heading: 'files there', cell: ({ doneFiles }) => formatCount(doneFiles), isNumber: true },
      { heading: 'failed', cell: ({ failed }) => formatCount(failed), isNumber: true },
    ],
    rows,
  );
}

/** Samples whose time did not go on are left out: there is no rate between them. */
function intervalsOf(samples: readonly ProgressSample[]): Interval[] {
  const start: Interval = {
    elapsedMs: 0,
    listedFiles: 0,
    listedBytes: 0,
    doneFiles: 0,
    receivedBytes: 0,
    failed: 0,
    bytesPerSecond: 0,
  };
  const intervals = [start];
  for (const sample of samples) {
    const before = intervals.at(-1) ?? start;
    const ms = sample.elapsedMs - before.elapsedMs;
    if (ms <= 0) continue;
    intervals.push({ ...sample, bytesPerSecond: ((sample.receivedBytes - before.receivedBytes) * 1000) / ms });
  }
  return intervals;
}

/** The unit in which an axis has short numbers. */
function timeAxis(elapsedMs: number): { readonly ms: number; readonly label: string } {
  if (elapsedMs < 180_000) return { ms: 1000, label: 'seconds' };
  return elapsedMs < 10_800_000 ? { ms: 60_000, label: 'minutes' } : { ms: 3_600_000, label: 'hours' };
}
