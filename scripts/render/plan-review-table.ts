/** A review for the terminal. What a plan names and says may be other people's: it must not pass for a line of ours. */
import { createColors } from 'picocolors';
import { visible, visibleLines } from '../../provision/core/visible';
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
  labelOf,
} from './plan-review-text';

export interface TableOptions {
  readonly color: boolean;
}

type Colors = ReturnType<typeof createColors>;

export function renderTable(review: Review, { color }: TableOptions): string {
  const colors = createColors(color);
  const sections = [
    headline(review, colors),
    ...review.findings.map((finding) => findingLines(finding, colors)),
    operationLines(review, colors),
    costLines(review, colors),
    verdictLines(review, colors),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headline({ summary }: Review, { bold }: Colors): readonly string[] {
  const found = describeFindings(summary);
  return [bold(`Plan: ${describeActions(summary)}`) + (found === '' ? '' : `; ${found}`)];
}

function findingLines(finding: Finding, colors: Colors): readonly string[] {
  const paint = { blocked: colors.red, allowed: colors.yellow, warning: colors.yellow, info: colors.cyan };
  const label = labelOf(finding);
  const subject = finding.address === '' ? '' : ` ${visible(finding.address)}`;
  return [
    `${paint[label](label.toUpperCase())} ${colors.bold(finding.rule)}${subject}`,
    `  ${indented(finding.message)}`,
    ...(finding.chains ?? []).flatMap(chainLines),
    `  ${colors.dim('fix:')} ${indented(finding.fix)}`,
  ];
}

/** Of several lines those behind the first stand deeper than any line of ours. */
function indented(text: string): string {
  return visibleLines(text).replaceAll('\n', '\n      ');
}

/** One step a line, each under what brings it about. */
function chainLines(chain: readonly string[]): readonly string[] {
  return chain
    .map(visible)
    .map((step, index) => (index === 0 ? `    ${step}` : `    ${'  '.repeat(index - 1)}-> ${step}`));
}

function operationLines({ operations }: Review, { bold }: Colors): readonly string[] {
  const { all } = operations;
  if (all.length === 0) return [];
  const total = describeDuration(operations);
  const rows = all.map(({ action, address, duration }) => [
    action,
    address,
    duration === undefined ? '' : formatMinutes(duration),
  ]);
  return [bold(`Operations${total === undefined ? '' : `, ${total} in all`}`), ...columns(rows)];
}

function costLines({ cost }: Review, { bold, dim }: Colors): readonly string[] {
  if (cost.lines.length === 0) return [];
  const rows = cost.lines.map(({ address, item, before, after }) => [
    address,
    item,
    before === after ? dollars(after) : `${dollars(before)} -> ${dollars(after)}`,
  ]);
  return [bold(`Cost: ${describeCost(cost)}`), ...columns(rows), `  ${dim(describePrices(cost))}`];
}

function verdictLines({ summary, findings }: Review, { red, green }: Colors): readonly string[] {
  if (summary.verdict === 'clean') return [green('Nothing to apply.')];
  if (summary.verdict === 'changes') return [green('May be applied.')];
  const options = allowOptions(findings);
  return [
    red('Blocked: nothing may be applied as it is.'),
    ...(options === undefined ? [] : [`  Where all of it is meant: ${options}`]),
  ];
}

function columns(given: readonly (readonly string[])[]): readonly string[] {
  const rows = given.map((row) => row.map(visible));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}
