/** Draws the page from the data that lies in it: outcome first, then what explains it. */
import type { ReportData, ReportedRun } from '../report-data';
import { costSection } from './cost';
import { type Child, h } from './dom';
import { entriesSection } from './entries';
import { exportProof } from './export-proof';
import { outcome } from './outcome';
import { overTime } from './over-time';
import { runsSection } from './runs';
import { sizeSection } from './sizes';
import { utc } from './text';
import { treemapSection } from './treemap';
import { verification } from './verification';

const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as ReportData;
const root = document.getElementById('report');

function show(index: number, isChosen = false): void {
  const run = data.runs[index];
  if (run === undefined || root === null) return;
  const sections = sectionsOf(run, index);
  root.replaceChildren(
    h('a', { class: 'skip', href: '#main' }, 'Skip to the outcome'),
    top(sections),
    h('main', { id: 'main', tabindex: -1 }, outcome(run), ...sections),
    h('footer', {}, footer(run)),
  );
  document.title = `sluice: ${run.summary.state.toLowerCase()}, ${utc(run.summary.startedAt)}`;
  if (isChosen) document.getElementById('main')?.focus();
}

function sectionsOf(run: ReportedRun, index: number): HTMLElement[] {
  const { details } = run;
  const compared = data.runs.length > 1 ? [runsSection(data, index, (chosen) => show(chosen, true))] : [];
  if (details === undefined) return compared;
  const drawn = [overTime(details), treemapSection(run, details), sizeSection(run, details)];
  const entries = entriesSection(run, details);
  const hasFailures = details.entries.totals.failed > 0;
  const ordered = hasFailures ? [entries, ...drawn] : [...drawn, entries];
  const proven = data.proof === undefined ? [] : [exportProof(data.proof)];
  return [...compared, ...ordered, verification(run, details), ...proven, costSection(details)];
}

function top(sections: readonly HTMLElement[]): HTMLElement {
  const links = sections.map((section) => {
    const title = section.querySelector('h2')?.textContent ?? '';
    return h('li', {}, h('a', { href: `#${section.id}` }, title));
  });
  return h(
    'header',
    { class: 'top' },
    h('span', { class: 'mark' }, 'sluice'),
    h('nav', { 'aria-label': 'Sections' }, h('ul', {}, ...links)),
  );
}

function footer({ summary, details }: ReportedRun): Child {
  const { versions } = details?.settings ?? {};
  const by =
    versions === undefined ? '' : ` The run was made by sluice ${versions.sluice} on Node.js ${versions.node}.`;
  return `Run ${summary.id}. Report written ${utc(data.generatedAt)} by sluice ${data.sluice}; times are UTC, sizes binary.${by}`;
}

show(0);
