/**
 * Where the bytes are: a treemap of two levels of directories, whose cells are buttons that lead one level down. Positions are shares of
 * the box, so that it keeps its shape on paper.
 */
import { type HierarchyRectangularNode, hierarchy, treemap } from 'd3-hierarchy';
import { formatBytes, formatCount, plural } from '../../../provision/core/units';
import type { DirectoryNode, ReportedRun, RunDetails } from '../report-data';
import { button, h, numbersBehind, section, table } from './dom';
import { noFiles } from './named-files';
import { pathText, percent } from './text';

/** Cells drawn of one directory; the smaller ones are one cell together. */
const mostCells = 48;
const tableRows = 100;
/** A cell narrower or lower than this, in pixels, is drawn without its name. */
const labelWidth = 64;
const labelHeight = 30;
const boxWidth = 1080;
const boxHeight = 420;

type Measure = 'bytes' | 'files';

interface Cell {
  readonly label: string;
  readonly bytes: number;
  readonly files: number;
  /** Where a click leads; undefined for files and for what is too small to be told apart. */
  readonly directory: DirectoryNode | undefined;
  readonly cells: readonly Cell[];
}

export function treemapSection(run: ReportedRun, { tree }: RunDetails): HTMLElement {
  if (tree.files === 0) return section('where', 'Where the bytes are', noFiles(run));
  const view = h('div', { class: 'treemap-view' });
  const show = (trail: readonly DirectoryNode[], measure: Measure, focus?: 'trail' | 'measure') => {
    view.replaceChildren(...drawing(trail, measure, show));
    if (focus !== undefined)
      view.querySelector<HTMLElement>(focus === 'trail' ? '[aria-current]' : '[aria-pressed=true]')?.focus();
  };
  show([tree], 'bytes');
  return section('where', 'Where the bytes are', view);
}

type Show = (trail: readonly DirectoryNode[], measure: Measure, focus?: 'trail' | 'measure') => void;

function drawing(trail: readonly DirectoryNode[], measure: Measure, show: Show): HTMLElement[] {
  const directory = trail[trail.length - 1];
  if (directory === undefined) return [];
  const cells = cellsOf(directory, measure);
  const open = (child: DirectoryNode) => show([...trail, child], measure, 'trail');
  return [
    h('div', { class: 'controls' }, breadcrumbs(trail, measure, show), measures(trail, measure, show)),
    h(
      'div',
      {
        class: 'treemap',
        role: 'group',
        'aria-label': `Directories by ${measure}; a button opens one. The same as a table is below.`,
      },
      ...layout(cells, measure).map((node) => block(node, { total: directory, measure, open })),
    ),
    h('p', { class: 'aside' }, footnote(directory)),
    numbersBehind(cellsTable(cells, directory)),
  ];
}

function breadcrumbs(trail: readonly DirectoryNode[], measure: Measure, show: Show): HTMLElement {
  const items = trail.map(({ name }, index) => {
    const isHere = index === trail.length - 1;
    const label = index === 0 ? 'all' : (pathText(name).textContent ?? '');
    const go = () => show(trail.slice(0, index + 1), measure, 'trail');
    return h('li', {}, button(label, go, { 'aria-current': isHere ? 'location' : undefined, class: 'crumb' }));
  });
  return h('nav', { 'aria-label': 'Directory' }, h('ol', { class: 'crumbs' }, ...items));
}

function measures(trail: readonly DirectoryNode[], current: Measure, show: Show): HTMLElement {
  const choices = (['bytes', 'files'] as const).map((measure) =>
    button(measure, () => show(trail, measure, 'measure'), { 'aria-pressed': String(measure === current) }),
  );
  return h('div', { class: 'segments', role: 'group', 'aria-label': 'Area shows' }, ...choices);
}

function layout(cells: readonly Cell[], measure: Measure): readonly HierarchyRectangularNode<Cell>[] {
  const top: Cell = { label: '', bytes: 0, files: 0, directory: undefined, cells };
  const root = hierarchy(top, (cell) => [...cell.cells]).sum((cell) => (cell.cells.length === 0 ? cell[measure] : 0));
  const place = treemap<Cell>()
    .size([boxWidth, boxHeight])
    .paddingInner(3)
    .paddingTop((node) => (node.depth === 1 ? 26 : 0));
  return place(root).children?.filter(({ x0, x1, y0, y1 }) => x1 - x0 > 1 && y1 - y0 > 1) ?? [];
}

interface BlockOptions {
  readonly total: DirectoryNode;
  readonly measure: Measure;
  readonly open: (directory: DirectoryNode) => void;
}

function block(node: HierarchyRectangularNode<Cell>, { total, measure, open }: BlockOptions): HTMLElement {
  const { data: cell } = node;
  const { directory } = cell;
  const name = pathText(cell.label);
  const [shown, other] = measure === 'bytes' ? [inBytes(cell), inFiles(cell)] : [inFiles(cell), inBytes(cell)];
  const more = `, ${other}, ${percent(cell[measure], total[measure])} of all here`;
  const title = `${name.textContent} ${shown}${more}`;
  const hasLabel = node.x1 - node.x0 >= labelWidth && node.y1 - node.y0 >= 24;
  const head = h(
    'span',
    { class: 'head' },
    h('span', { class: 'name' }, name),
    ' ',
    h('span', { class: 'amount' }, shown),
  );
  const content = [
    ...(hasLabel ? [head, h('span', { class: 'unseen' }, more)] : [h('span', { class: 'unseen' }, title)]),
    ...(node.children ?? []).map((child) => innerBlock(child, node)),
  ];
  const style = placeWithin(node, { x0: 0, y0: 0, x1: boxWidth, y1: boxHeight });
  if (directory === undefined) return h('div', { class: 'block rest', style, title }, ...content);
  const element = h('button', { type: 'button', class: 'block', style, title }, ...content);
  element.addEventListener('click', () => open(directory));
  return element;
}

function inBytes({ bytes }: Cell): string {
  return formatBytes(bytes);
}

function inFiles({ files }: Cell): string {
  return plural(files, 'file');
}

function innerBlock(node: HierarchyRectangularNode<Cell>, parent: HierarchyRectangularNode<Cell>): HTMLElement {
  const hasLabel = node.x1 - node.x0 >= labelWidth && node.y1 - node.y0 >= labelHeight;
  const label = hasLabel ? pathText(node.data.label) : undefined;
  return h('span', { class: 'inner', style: placeWithin(node, parent), 'aria-hidden': 'true' }, label);
}

type Rectangle = Pick<HierarchyRectangularNode<Cell>, 'x0' | 'y0' | 'x1' | 'y1'>;

function placeWithin({ x0, y0, x1, y1 }: Rectangle, box: Rectangle): string {
  const share = (part: number, whole: number) => `${((part / whole) * 100).toFixed(3)}%`;
  const [width, height] = [box.x1 - box.x0, box.y1 - box.y0];
  return `left:${share(x0 - box.x0, width)};top:${share(y0 - box.y0, height)};width:${share(x1 - x0, width)};height:${share(y1 - y0, height)}`;
}

/** A directory's cells, largest first: its directories, the small ones together, and the files that lie in it. */
function cellsOf(directory: DirectoryNode, measure: Measure, depth = 0): Cell[] {
  const children = [...directory.children].sort((a, b) => b[measure] - a[measure]);
  const told = children.slice(0, mostCells);
  const small = children.slice(mostCells);
  const sum = (of: Measure, nodes: readonly DirectoryNode[]) => nodes.reduce((total, node) => total + node[of], 0);
  const rest: Cell = {
    label: small.length === 0 && directory.rolledUp === 0 ? 'files here' : 'files here and small directories',
    bytes: directory.bytes - sum('bytes', told),
    files: directory.files - sum('files', told),
    directory: undefined,
    cells: [],
  };
  const cells = told.map((child): Cell => {
    const { name: label, bytes, files } = child;
    return { label, bytes, files, directory: child, cells: depth === 0 ? cellsOf(child, measure, 1) : [] };
  });
  return rest.files > 0 ? [...cells, rest] : cells;
}

function footnote({ children, rolledUp, files, bytes }: DirectoryNode): string {
  const all = `${formatBytes(bytes)} in ${plural(files, 'file')}`;
  const small =
    rolledUp === 0 ? '' : `; ${plural(rolledUp, 'small directory', 'small directories')} beneath are not told apart`;
  return `${all}, ${plural(children.length, 'directory', 'directories')}${small}.`;
}

function cellsTable(cells: readonly Cell[], total: DirectoryNode): HTMLElement {
  return table<Cell>(
    'Directories by size',
    [
      { heading: 'directory', cell: ({ label }) => pathText(label) },
      { heading: 'bytes', cell: ({ bytes }) => formatBytes(bytes), isNumber: true },
      { heading: 'of all bytes', cell: ({ bytes }) => percent(bytes, total.bytes), isNumber: true },
      { heading: 'files', cell: ({ files }) => formatCount(files), isNumber: true },
      { heading: 'of all files', cell: ({ files }) => percent(files, total.files), isNumber: true },
    ],
    cells.slice(0, tableRows),
  );
}
