/** Shows a proof of export while it is made, and what it came to. */
import pc from 'picocolors';
import type { Reporter } from '../../provision/core/reporter';
import { formatBytes, formatCount, formatDuration, plural } from '../../provision/core/units';
import type { ProofEvent } from '../export-proof/events';
import type { FindingKind } from '../export-proof/judge';
import { objectionsTo, type Proof } from '../export-proof/proof';
import { Comparison } from './comparison';
import { type Detail, type ProgressOptions, showProgress } from './progress';
import { visible } from './visible';

export interface ProofRenderer {
  readonly report: Reporter<ProofEvent>;
  /** The host is being connected to: before the first event. */
  connecting(): void;
  /** A line that stays. */
  note(text: string): void;
  /** Takes the view away. May run twice. */
  finish(): void;
}

interface Style {
  readonly color: boolean;
}

const [connect, compare, nudge, waitForExport] = ['connect', 'compare', 'nudge', 'wait for export'];

export interface ProofProgressOptions extends Omit<ProgressOptions, 'phases'> {
  /** What was asked for: the phases that are to come. */
  readonly nudges: boolean;
  readonly waits: boolean;
}

export const kindWords: Readonly<Record<FindingKind, string>> = {
  missing: 'missing',
  different: 'different',
  unarchived: 'not exported',
  neverExportable: 'never exported',
  notPulled: 'not pulled',
  extra: 'extra',
};

export function renderProof(out: NodeJS.WriteStream, options: ProofProgressOptions): ProofRenderer {
  const { color, clock = () => performance.now(), nudges, waits } = options;
  const colors = pc.createColors(color);
  const phases = [connect, compare, ...(nudges ? [nudge] : []), ...(waits ? [waitForExport] : [])];
  const view = showProgress(out, { phases, color, clock });
  let comparison: Comparison | undefined;
  let look = 1;
  let mostPending = 0;

  const report = (event: ProofEvent) => {
    switch (event.type) {
      case 'comparing':
        look = event.look;
        comparison = new Comparison({ clock, expectedFiles: event.expectedFiles });
        return view.phase(compare, { facts: lookFacts(look) });
      case 'progress': {
        const detail = comparison?.detail(event.totals);
        return detail && view.update({ ...detail, facts: [...lookFacts(look), ...detail.facts] });
      }
      case 'warning':
        return view.note(colors.yellow(`warning: ${visible(event.message)}`));
      case 'look':
        for (const { kind, path, reason } of event.shown) {
          const paint = kind === 'extra' ? colors.dim : colors.red;
          view.note(`${paint(kindWords[kind].padEnd(14))} ${visible(path)}: ${visible(reason)}`);
        }
        return more(event);
      case 'nudging':
        view.phase(nudge);
        return view.update(nudgingDetail(event));
      case 'nudged':
        view.note(`asked FSx to export ${plural(event.counts.files, 'file', 'files')} of ${event.association}`);
        for (const { path, reason } of event.counts.examples)
          view.note(`  refused ${visible(path)}: ${visible(reason)}`);
        return;
      case 'waiting':
        mostPending = Math.max(mostPending, event.pending);
        return view.phase(waitForExport, waitingDetail(event, mostPending));
    }
  };
  const more = ({ totals, shown, findingsFile }: Extract<ProofEvent, { type: 'look' }>) => {
    const all = Object.values(totals.findings).reduce((sum, count) => sum + count, 0);
    if (all > shown.length) view.note(`and ${formatCount(all - shown.length)} more: ${findingsFile}`);
  };
  return {
    report,
    connecting: () => view.phase(connect),
    note: (text) => view.note(colors.yellow(text)),
    finish: view.finish,
  };
}

/** The first look is the only one, mostly. */
function lookFacts(look: number): readonly string[] {
  return look === 1 ? [] : [`look ${look}`];
}

function nudgingDetail({ asked, pending }: Extract<ProofEvent, { type: 'nudging' }>): Detail {
  return { share: asked / pending, facts: [`${formatCount(asked)} of ${formatCount(pending)} files asked for`] };
}

/** How far: by what the most of the looks left to be exported. */
function waitingDetail(
  { pending, etaMs, queueAgeSeconds }: Extract<ProofEvent, { type: 'waiting' }>,
  mostPending: number,
): Detail {
  return {
    ...(pending < mostPending && { share: 1 - pending / mostPending }),
    facts: [
      `${plural(pending, 'file', 'files')} still to be exported`,
      ...(queueAgeSeconds === null ? [] : [`the oldest waits ${formatDuration(queueAgeSeconds * 1000)}`]),
    ],
    etaMs,
  };
}

/** The sides, the findings, the verdict. Ends in a newline. */
export function proofTable(proof: Proof, { file, color }: Style & { readonly file: string }): string {
  const colors = pc.createColors(color);
  const { counts, source, bucket } = proof;
  const row = (name: string, files: number, bytes?: number) =>
    `${name.padEnd(14)} ${formatCount(files).padStart(11)} ${bytes === undefined ? '' : formatBytes(bytes).padStart(10)}`.trimEnd();
  const findings = (Object.keys(kindWords) as FindingKind[]).map((kind) => {
    const text = row(kindWords[kind], counts[kind]);
    return counts[kind] === 0 || kind === 'extra' ? text : colors.red(text);
  });
  const isProven = proof.result === 'proven';
  const verdict = isProven
    ? colors.green(`PROVEN: every file is in S3, as of ${proof.createdAt}`)
    : colors.red(`NOT PROVEN: ${objectionsTo(proof).join(', ')}`);
  return `${[
    ...proof.associations.map((each) => `${each.fileSystemPath} -> ${each.dataRepositoryPath}`),
    `${''.padEnd(14)} ${'files'.padStart(11)}`,
    ...(source === null ? [] : [row('source', source.files, source.bytes)]),
    row('file system', counts.files, counts.bytes),
    row('bucket', bucket.objects, bucket.bytes),
    ...findings,
    verdict,
    `${file}  ${proof.digest}`,
  ].join('\n')}\n`;
}
