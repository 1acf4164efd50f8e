/** Phrases that every rendering of a review shares. */
import type { Cost } from '../plan-review/cost';
import { formatMinutes } from '../plan-review/durations';
import type { Operations } from '../plan-review/operations';
import type { Finding, Summary } from '../plan-review/review';
import type { Severity } from '../plan-review/rule';

/** `2 to create, 1 to replace`; `no changes`. */
export function describeActions({ verdict, complete, actions, imported, moved, outputs }: Summary): string {
  const counts = Object.entries({ import: imported, move: moved, ...actions });
  const parts = counts.flatMap(([action, count]) => (count === 0 ? [] : [`${count} to ${action}`]));
  if (outputs > 0) parts.push(`${outputs} output(s) to change`);
  if (parts.length > 0) return parts.join(', ');
  if (!complete) return 'no changes in this part';
  return verdict === 'clean' ? 'no changes' : 'no changes but to the state';
}

/** `1 blocked, 2 warnings`; empty where nothing was found. */
export function describeFindings({ blocked, allowed, warnings, infos }: Summary): string {
  const parts = [
    [blocked, 'blocked'],
    [allowed, 'allowed'],
    [warnings, warnings === 1 ? 'warning' : 'warnings'],
    [infos, 'for information'],
  ] as const;
  return parts.flatMap(([count, name]) => (count === 0 ? [] : [`${count} ${name}`])).join(', ');
}

/** Undefined where no duration is known. */
export function describeDuration(operations: Operations): string | undefined {
  return operations.mostMinutes === 0 ? undefined : `about ${formatMinutes(operations)}`;
}

/** `$174.00 -> $348.00 a month (+$174.00)` */
export function describeCost({ before, after }: Cost): string {
  const difference = after - before;
  const sign = difference < 0 ? '-' : '+';
  return `${dollars(before)} -> ${dollars(after)} a month (${sign}${dollars(Math.abs(difference))})`;
}

export function dollars(amount: number | undefined): string {
  return amount === undefined ? 'unknown' : `$${amount.toFixed(2)}`;
}

/** Where the prices are from and what they leave out, a sentence. */
export function describePrices({ date, source, notes }: Cost): string {
  return `Prices of ${date} (${source}); ${notes.join('; ')}.`;
}

/** The options that allow what blocks; undefined where nothing blocks, or Terraform itself could not finish. */
export function allowOptions(findings: readonly Finding[]): string | undefined {
  const blocking = findings.filter(({ severity, allowed }) => severity === 'blocked' && !allowed);
  const ids = [...new Set(blocking.map(({ rule }) => rule))];
  if (ids.length === 0 || ids.includes('plan-errored')) return undefined;
  return ids.map((id) => `--allow ${id}`).join(' ');
}

export type Label = Severity | 'allowed';

export function labelOf({ severity, allowed }: Finding): Label {
  return allowed ? 'allowed' : severity;
}
