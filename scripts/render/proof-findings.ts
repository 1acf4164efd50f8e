/**
 * The findings of a proof as lines, each told once: at once where waiting mends nothing, else with the last look, since what is pending
 * may be in S3 by the next one.
 */
import pc from 'picocolors';
import { formatCount } from '../../provision/core/units';
import { visible } from '../../provision/core/visible';
import type { ProofEvent } from '../export-proof/events';
import type { Finding, FindingKind } from '../export-proof/judge';

export const kindWords: Readonly<Record<FindingKind, string>> = {
  missing: 'missing',
  different: 'different',
  unarchived: 'not exported',
  neverExportable: 'never exported',
  notPulled: 'not pulled',
  extra: 'extra',
};

type Look = Extract<ProofEvent, { type: 'look' }>;

export class ProofFindings {
  readonly #told = new Set<string>();
  readonly #colors: ReturnType<typeof pc.createColors>;
  #look: Look | undefined;

  constructor(
    private readonly line: (text: string) => void,
    { color }: { readonly color: boolean },
  ) {
    this.#colors = pc.createColors(color);
  }

  /** A look is over. */
  found(look: Look): void {
    this.#look = look;
  }

  /** There will be another look. */
  goesOn(): void {
    this.#tell(this.#look?.shown.filter(({ isPending }) => isPending !== true) ?? []);
    this.#look = undefined;
  }

  /** That look was the last one. May run twice. */
  end(): void {
    if (this.#look === undefined) return;
    const { totals, shown, findingsFile } = this.#look;
    this.#look = undefined;
    this.#tell(shown);
    const all = countOf(totals.findings);
    if (all > shown.length) this.line(`and ${formatCount(all - shown.length)} more: ${findingsFile}`);
  }

  #tell(findings: readonly Finding[]): void {
    for (const { kind, path, reason } of findings) {
      const rest = `${visible(path)}: ${visible(reason)}`;
      const key = `${kind} ${rest}`;
      if (this.#told.has(key)) continue;
      this.#told.add(key);
      const paint = kind === 'extra' ? this.#colors.dim : this.#colors.red;
      this.line(`${paint(kindWords[kind].padEnd(14))} ${rest}`);
    }
  }
}

export function countOf(findings: Look['totals']['findings']): number {
  return Object.values(findings).reduce((sum, count) => sum + count, 0);
}
