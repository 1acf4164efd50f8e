/** Findings of one host or account: a line each, the cure under each problem, a verdict. */
import { createColors } from 'picocolors';
import { plural } from '../../provision/core/units';
import { visibleLines } from '../../provision/core/visible';
import type { Finding } from '../../provision/diagnosis/check';

export interface FindingsStyle {
  readonly color: boolean;
}

/** Ends in a newline. */
export function renderFindings(subject: string, findings: readonly Finding[], { color }: FindingsStyle): string {
  const colors = createColors(color);
  const paint = { ok: colors.green, problem: colors.red, unknown: colors.yellow };
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, status, detail, cure }) => [
    `  ${paint[status](status.padEnd(8))} ${check.padEnd(width)}  ${visibleLines(detail)}`,
    ...(cure === undefined ? [] : [`${' '.repeat(width + 13)}cure: ${cure}`]),
  ]);
  return `${colors.bold(subject)}\n${lines.join('\n')}\n${subject}: ${verdict(findings)}\n`;
}

function verdict(findings: readonly Finding[]): string {
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length;
  const [problems, unknowns] = [count('problem'), count('unknown')];
  if (problems === 0 && unknowns === 0) return `all ${findings.length} checks are good`;
  const parts = [
    ...(problems === 0 ? [] : [problems === 1 ? '1 problem' : `${problems} problems`]),
    ...(unknowns === 0 ? [] : [`${unknowns} without an answer`]),
  ];
  return `${parts.join(', ')} of ${plural(findings.length, 'check')}${problems > 1 ? '; the first may be the cause of the others' : ''}`;
}
