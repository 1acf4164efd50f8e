/** What failed, was skipped, was removed or had to be tried again, as a table to filter and to sort. */
import { formatBytes, formatCount, plural } from '../../../provision/core/units';
import type { EntryKind, EntryRow, EntryRows, ReportedRun, RunDetails } from '../report-data';
import { button, h, section } from './dom';
import { whyUnnamed } from './named-files';
import { pathText } from './text';

const pageSize = 20;

const kindNames: Readonly<Record<EntryKind, string>> = {
  failed: 'failed',
  retried: 'tried again',
  removed: 'removed',
  skipped: 'skipped',
};

type SortKey = 'kind' | 'path' | 'code' | 'sizeBytes' | 'attempts';

interface ViewState {
  text: string;
  kind: EntryKind | 'all';
  sort: SortKey;
  isDescending: boolean;
  page: number;
}

const columns: readonly { readonly key: SortKey; readonly heading: string; readonly isNumber?: boolean }[] = [
  { key: 'kind', heading: 'what' },
  { key: 'path', heading: 'path' },
  { key: 'code', heading: 'why' },
  { key: 'sizeBytes', heading: 'size', isNumber: true },
  { key: 'attempts', heading: 'attempts', isNumber: true },
];

export function entriesSection(run: ReportedRun, { entries }: RunDetails): HTMLElement {
  const title = 'Failed, skipped, removed, tried again';
  if (entries.rows.length === 0) return section('entries', title, h('p', {}, noEntries(run)));
  const state: ViewState = { text: '', kind: 'all', sort: 'kind', isDescending: false, page: 0 };
  const status = h('p', { class: 'aside', role: 'status' });
  const body = h('tbody');
  const pager = h('div', { class: 'pager' });
  const headers = columns.map(({ key, heading, isNumber }) => {
    const sort = button(heading, () => {
      Object.assign(state, { isDescending: state.sort === key && !state.isDescending, sort: key, page: 0 });
      update();
    });
    return h('th', { scope: 'col', class: isNumber === true ? 'number' : undefined }, sort);
  });

  const update = () => {
    const found = chosen(entries.rows, state);
    const last = Math.max(0, Math.ceil(found.length / pageSize) - 1);
    state.page = Math.min(state.page, last);
    const shown = found.slice(state.page * pageSize, (state.page + 1) * pageSize);
    body.replaceChildren(...shown.map(row));
    for (const [index, { key }] of columns.entries()) {
      const direction = state.isDescending ? 'descending' : 'ascending';
      headers[index]?.setAttribute('aria-sort', state.sort === key ? direction : 'none');
    }
    status.textContent = statusLine(found.length, entries);
    const turn = (by: number) => () => {
      state.page += by;
      update();
    };
    pager.replaceChildren(
      ...(last === 0
        ? []
        : [
            button('Earlier', turn(-1), { disabled: state.page === 0 }),
            h('span', {}, `page ${formatCount(state.page + 1)} of ${formatCount(last + 1)}`),
            button('Later', turn(1), { disabled: state.page === last }),
          ]),
    );
  };
  update();
  const caption = h('caption', {}, title);
  const grid = h('table', { class: 'wide entries' }, caption, h('thead', {}, h('tr', {}, ...headers)), body);
  return section(
    'entries',
    title,
    filters(entries, state, update),
    status,
    h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Entries, a table' }, grid),
    pager,
  );
}

function noEntries(run: ReportedRun): string {
  const why = whyUnnamed(run);
  const { failed, skipped, removed, directoriesRemoved } = run.summary.counts;
  // Without a report the counts, too, are what the events tell.
  const hasReport = run.details?.settings !== undefined;
  if (failed + skipped > 0) {
    const where = hasReport ? ' report.json names what failed and what was skipped.' : '';
    return `${why ?? 'Not known: the events of this run name none of them.'}${where}`;
  }
  if (why !== undefined && (removed + directoriesRemoved > 0 || !hasReport)) return why;
  const nothing = 'Nothing failed, nothing was skipped or removed';
  return why === undefined
    ? `${nothing}, nothing had to be tried again.`
    : `${nothing}. What had to be tried again: ${why}`;
}

function filters({ totals }: EntryRows, state: ViewState, update: () => void): HTMLElement {
  const search = h('input', {
    type: 'search',
    id: 'entries-filter',
    placeholder: 'path, code or reason',
    autocomplete: 'off',
  });
  search.addEventListener('input', () => {
    Object.assign(state, { text: search.value, page: 0 });
    update();
  });
  const kinds = (['all', 'failed', 'retried', 'removed', 'skipped'] as const).filter(
    (kind) => kind === 'all' || totals[kind] > 0,
  );
  const choices = kinds.map((kind) => {
    const label = kind === 'all' ? 'all' : `${kindNames[kind]} ${formatCount(totals[kind])}`;
    const choice = button(label, () => {
      Object.assign(state, { kind, page: 0 });
      for (const other of choices) other.setAttribute('aria-pressed', String(other === choice));
      update();
    });
    choice.setAttribute('aria-pressed', String(kind === 'all'));
    return choice;
  });
  return h(
    'div',
    { class: 'controls' },
    h('label', { for: 'entries-filter', class: 'search' }, 'Filter ', search),
    h('div', { class: 'segments', role: 'group', 'aria-label': 'Show' }, ...choices),
  );
}

function chosen(rows: readonly EntryRow[], { text, kind, sort, isDescending }: ViewState): EntryRow[] {
  const wanted = text.trim().toLowerCase();
  const matches = (row: EntryRow) =>
    (kind === 'all' || row.kind === kind) &&
    (wanted === '' || `${row.path}\n${row.code}\n${row.reason}`.toLowerCase().includes(wanted));
  const direction = isDescending ? -1 : 1;
  return rows.filter(matches).sort((a, b) => direction * compare(a[sort], b[sort]));
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return a < b ? -1 : a > b ? 1 : 0;
}

function row({ kind, path, code, reason, hint, sizeBytes, attempts }: EntryRow): HTMLElement {
  return h(
    'tr',
    {},
    h('td', {}, h('span', { class: `kind ${kind}` }, kindNames[kind])),
    h('td', {}, pathText(path)),
    h(
      'td',
      { class: 'why' },
      code === '' ? undefined : h('code', {}, code),
      pathText(reason),
      hint === undefined ? undefined : h('span', { class: 'hint' }, pathText(hint)),
    ),
    numberCell('size', sizeBytes === 0 ? undefined : formatBytes(sizeBytes)),
    numberCell('attempts', attempts === 0 ? undefined : formatCount(attempts)),
  );
}

/** Without a number: left out where a row is a block of its own. */
function numberCell(heading: string, text: string | undefined): HTMLElement {
  return h('td', { class: text === undefined ? 'number none' : 'number', 'data-heading': heading }, text ?? '–');
}

function statusLine(found: number, { rows, totals }: EntryRows): string {
  const all = totals.failed + totals.retried + totals.removed + totals.skipped;
  const known =
    rows.length < all
      ? ` The page holds the first ${formatCount(rows.length)} of ${formatCount(all)}; events.ndjson and the task report have all.`
      : '';
  return `${plural(found, 'entry', 'entries')} shown.${known}`;
}
