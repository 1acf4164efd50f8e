/** A review as Markdown, for a comment on a pull request. */
import { formatMinutes } from '../plan-review/durations';
import type { Finding, Review } from '../plan-review/review';
import {
  allowOptions,
  describeActions,
  describeCost,
  describeDuration,
  describeFindings,
  describePrices,
  dollars,
  type Label,
  labelOf,
} from './plan-review-text';

export function renderMarkdown(review: Review): string {
  const sections = [headline(review), findings(review), operations(review), cost(review), allowance(review)];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

const verdicts = { clean: 'nothing to apply', changes: 'may be applied', blocked: 'blocked' } as const;

function headline({ summary }: Review): string {
  const found = describeFindings(summary);
  return `### Plan review: ${verdicts[summary.verdict]}\n\n${describeActions(summary)}${found === '' ? '' : `; ${found}`}`;
}

const marks: Readonly<Record<Label, string>> = {
  blocked: ':no_entry:',
  allowed: ':ballot_box_with_check:',
  warning: ':warning:',
  info: ':information_source:',
};

/** GitHub refuses comments over 65,536 characters: these, two tables and what stands around them stay below. */
const maxLength = { findings: 40_000, finding: 5_000, table: 10_000 } as const;

/** Those that block first: what does not fit is left out from the end. */
function findings({ findings: all }: Review): string {
  const isBlocked = (finding: Finding) => labelOf(finding) === 'blocked';
  const ordered = [...all.filter(isBlocked), ...all.filter((finding) => !isBlocked(finding))];
  const shown = fitting(ordered.map(findingSection), maxLength.findings);
  const left = ordered.slice(shown.length);
  if (left.length === 0) return shown.join('\n\n');
  const blocking = left.filter(isBlocked).length;
  const rest = `And ${left.length} more${blocking === 0 ? '' : `, ${blocking} of them blocked`}: a comment has no room for them; ${code('sluice plan --format table')} has all.`;
  return [...shown, rest].join('\n\n');
}

/** As many pieces, from the first, as have the length together, line breaks between them included. */
function fitting(pieces: readonly string[], length: number): readonly string[] {
  let total = 0;
  const end = pieces.findIndex((piece) => {
    total += piece.length + 2;
    return total > length;
  });
  return end === -1 ? pieces : pieces.slice(0, end);
}

/** Long ones (of a check, of a module in a module) say what they are about at their start. */
function clipped(text: string): string {
  return text.length <= maxLength.finding ? text : `${text.slice(0, maxLength.finding)}…`;
}

function findingSection(finding: Finding): string {
  const label = labelOf(finding);
  const subject = finding.address === '' ? '' : ` ${code(finding.address)}`;
  const chains = (finding.chains ?? []).map((chain) => `- ${chain.map(escapeText).join(' → ')}`);
  return [
    `${marks[label]} **${label}** ${code(finding.rule)}${subject}: ${escapeText(clipped(finding.message))}`,
    ...(chains.length === 0 ? [] : [chains.join('\n')]),
    `Fix: ${escapeText(finding.fix)}.`,
  ].join('\n\n');
}

function operations({ operations: planned }: Review): string {
  if (planned.all.length === 0) return '';
  const total = describeDuration(planned);
  const title = `Operations: ${planned.all.length}${total === undefined ? '' : `, ${total} in all`}`;
  const rows = planned.all.map(({ action, address, duration }) => [
    action,
    code(address),
    duration === undefined ? '' : formatMinutes(duration),
  ]);
  return details(title, table(['action', 'resource', 'takes'], rows));
}

function cost({ cost: monthly }: Review): string {
  if (monthly.lines.length === 0) return '';
  const rows = monthly.lines.map(({ address, item, before, after }) => [
    code(address),
    escapeText(item),
    dollars(before),
    dollars(after),
  ]);
  const body = `${table(['resource', 'item', 'before', 'after'], rows)}\n\n${escapeText(describePrices(monthly))}`;
  return details(`Cost: ${describeCost(monthly)}`, body);
}

function allowance({ findings }: Review): string {
  const options = allowOptions(findings);
  return options === undefined ? '' : `Where all of it is meant: ${code(options)}`;
}

function details(summary: string, body: string): string {
  return `<details><summary>${summary.replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</summary>\n\n${body}\n\n</details>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const shown = fitting(rows.map(line), maxLength.table);
  const rest = rows.length > shown.length ? [`\nAnd ${rows.length - shown.length} more.`] : [];
  return [line(head), line(head.map(() => '---')), ...shown, ...rest].join('\n');
}

/** A code span that no backtick or bar in the text ends. */
function code(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')}\``;
}

/** Values of a plan are other people's text: they must not become markup, mentions or links. */
function escapeText(text: string): string {
  return text
    .replaceAll(/[\\`*_{}[\]<|#~]/g, '\\$&')
    .replaceAll('@', '@\u200b')
    .replaceAll(/\s+/g, ' ');
}
