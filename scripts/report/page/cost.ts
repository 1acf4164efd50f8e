/** What these bytes cost, and would have cost by AWS's managed routes. */
import type { CostLine, RunDetails } from '../report-data';
import { h, section, table } from './dom';
import { dollars } from './text';

export function costSection({ costs }: RunDetails): HTMLElement {
  const most = Math.max(...costs.lines.map((line) => line.dollars), Number.MIN_VALUE);
  return section(
    'cost',
    'What it costs',
    table<CostLine>(
      `US dollars, ${costs.label}`,
      [
        { heading: 'route', cell: ({ name }) => name },
        { heading: 'for these bytes', cell: (line) => bar(dollars(line.dollars), line.dollars / most), isNumber: true },
        { heading: 'how', cell: ({ basis }) => basis },
        { heading: 'source', cell: ({ source }) => source },
      ],
      costs.lines,
    ),
    h('ul', { class: 'notes' }, ...costs.notes.map((note) => h('li', {}, note))),
  );
}

/** A number over a bar that shows its share of the greatest. */
export function bar(text: string, share: number): HTMLElement {
  const width = `width:${(Math.max(0, Math.min(1, share)) * 100).toFixed(1)}%`;
  return h('span', { class: 'bar' }, h('span', {}, text), h('i', { style: width, 'aria-hidden': 'true' }));
}
