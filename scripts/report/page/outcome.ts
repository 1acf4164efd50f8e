/** What a reader wants to know first: did everything arrive, and if not, what did not. */
import { formatBytes, formatCount, formatDuration, formatRate, plural } from '../../../provision/core/units';
import { tooLargeText } from '../../render/too-large';
import { headline } from '../headline';
import type { EntryRows, ReportedRun, RunDetails, RunState, RunSummary } from '../report-data';
import { sourceUrl } from '../source-url';
import { type Child, h } from './dom';
import { whyUnnamed } from './named-files';
import { pathText, utc } from './text';

/** Causes of failures told at the top. */
const shownCauses = 5;
/** Includes told there that matched nothing. */
const shownIncludes = 10;

const badges: Readonly<Record<RunState, { readonly sign: string; readonly word: string; readonly className: string }>> =
  {
    SUCCESS: { sign: '✓', word: 'Success', className: 'ok' },
    ERROR: { sign: '✕', word: 'Error', className: 'bad' },
    UNFINISHED: { sign: '…', word: 'Unfinished', className: 'warn' },
  };

export function badge(state: RunState): HTMLElement {
  const { sign, word, className } = badges[state];
  return h('span', { class: `badge ${className}` }, h('span', { 'aria-hidden': 'true' }, sign), ` ${word}`);
}

export function outcome(run: ReportedRun): HTMLElement {
  const { summary, details } = run;
  const { state, startedAt, durationMs, counts } = summary;
  return h(
    'header',
    { class: 'outcome' },
    h('p', { class: 'when' }, badge(state), ` ${utc(startedAt)}, ${formatDuration(durationMs)}`),
    h('h1', {}, headline(summary)),
    details?.settings && route(details.settings),
    ...problems(summary, details),
    h(
      'dl',
      { class: 'figures' },
      figureOf('Transferred', formatBytes(counts.bytesTransferred), plural(counts.filesTransferred, 'file')),
      figureOf('Mean rate', meanRate(summary, details), 'over the whole run'),
      figureOf('Already there', formatCount(counts.filesUnchanged), formatBytes(counts.bytesUnchanged)),
      // Nothing else counts them of a run that left no report.
      state === 'UNFINISHED' && whyUnnamed(run) !== undefined
        ? undefined
        : figureOf('Directories', formatCount(counts.directories), `${formatCount(counts.directoriesCreated)} new`),
      figureOf(
        'Left out',
        formatCount(counts.skipped + counts.excluded),
        `${formatCount(counts.excluded)} by a filter`,
      ),
      figureOf('Failed', formatCount(counts.failed), failedWhere(run)),
      counts.removed === 0
        ? undefined
        : figureOf('Removed', formatCount(counts.removed), `${formatBytes(counts.bytesRemoved)}, gone at the source`),
    ),
  );
}

function failedWhere({ summary: { state, counts }, details }: ReportedRun): string {
  if (counts.failed === 0) return 'nothing';
  if (details !== undefined && details.entries.totals.failed > 0) return 'listed below';
  return state === 'UNFINISHED' ? 'not named' : 'named in report.json';
}

/** Where no file was completed something came all the same, which only the details tell. */
export function meanRate({ counts, durationMs }: RunSummary, details?: RunDetails): string {
  const completed = counts.bytesTransferred - counts.bytesResumed;
  const received = completed === 0 ? (details?.progress.at(-1)?.receivedBytes ?? 0) : completed;
  return received === 0 ? '–' : formatRate(received, durationMs);
}

function route({ source, destination }: NonNullable<RunDetails['settings']>): HTMLElement {
  return h(
    'p',
    { class: 'route' },
    pathText(sourceUrl(source)),
    h('span', { class: 'to' }, ' to '),
    pathText(destination.path),
  );
}

function problems({ state, error, left }: RunSummary, details: RunDetails | undefined): Child[] {
  const notes: Child[] = [];
  if (state === 'UNFINISHED') {
    notes.push(
      note(
        'warn',
        'There is no report.json: the run still goes on, or it was killed. Run it again: it goes on where it stopped. Everything below is from its events.',
      ),
    );
  }
  if (error !== undefined) {
    const { code, message, hint } = error;
    notes.push(note('bad', `${code}: ${message}`, hint));
  }
  const unfinished = details?.settings?.unfinished;
  if (unfinished !== undefined) {
    const { files, bytes } = unfinished;
    notes.push(note('warn', `Kept for the next run: ${formatBytes(bytes)} of ${plural(files, 'unfinished file')}.`));
  }
  if (left !== undefined) notes.push(note('warn', leftText(left)));
  const unmatched = details?.settings?.unmatchedIncludes ?? [];
  if (unmatched.length > 0) notes.push(note('warn', unmatchedText(unmatched)));
  for (const discrepancy of details?.discrepancies ?? []) notes.push(note('warn', discrepancy));
  const causes = details?.entries.failuresByCode.slice(0, shownCauses) ?? [];
  if (causes.length > 0) {
    notes.push(h('ul', { class: 'note bad', 'aria-label': 'Failures by cause' }, ...causes.map(cause)));
  }
  return notes;
}

/** A limit ended the run in SUCCESS; that is not all there is. */
function leftText({ limit, files, bytes, isAll, tooLarge }: NonNullable<RunSummary['left']>): string {
  const more = isAll ? '' : ', and what was not listed any more';
  return `The limit of ${limit} ended the run: ${plural(files, 'file')} (${formatBytes(bytes)})${more} are left for the next one.${tooLarge === undefined ? '' : ` ${tooLargeText(tooLarge)}.`}`;
}

/** No failure, and perhaps a name misspelt. */
function unmatchedText(patterns: readonly string[]): string {
  const more = patterns.length - shownIncludes;
  const shown = [...patterns.slice(0, shownIncludes), ...(more > 0 ? [`and ${formatCount(more)} more`] : [])];
  return `${patterns.length === 1 ? 'An include' : 'Includes'} that matched nothing at the source: ${shown.join(', ')}`;
}

function cause({ code, count, example }: EntryRows['failuresByCode'][number]): HTMLElement {
  const sample = h('span', {}, ' for example: ', pathText(example));
  return h('li', {}, h('strong', {}, `${formatCount(count)} × ${code}`), sample);
}

function note(className: string, text: string, hint?: string): HTMLElement {
  const fix = hint === undefined ? undefined : h('span', { class: 'hint' }, pathText(hint));
  return h('p', { class: `note ${className}` }, pathText(text), fix);
}

function figureOf(name: string, value: string, more: string): HTMLElement {
  return h('div', {}, h('dt', {}, name), h('dd', {}, h('strong', {}, value), h('span', {}, more)));
}
