/** Shows a proof of export while it is made, and what it came to. */
import pc from 'picocolors';
import type { Reporter } from '../../provision/core/reporter';
import { formatBytes, formatCount, formatDuration } from '../../provision/core/units';
import type { ProofEvent } from '../export-proof/events';
import type { FindingKind } from '../export-proof/judge';
import { objectionsTo, type Proof } from '../export-proof/proof';
import type { Totals } from '../export-proof/tally';
import { visible } from './visible';

export interface ProofRenderer {
  readonly report: Reporter<ProofEvent>;
  /** Takes the line of progress away. May run twice. */
  finish(): void;
}

interface Style {
  readonly color: boolean;
}

/** Plain output tells where it stands whenever so many entries more were compared. */
const entriesPerLine = 100_000;

export const kindWords: Readonly<Record<FindingKind, string>> = {
  missing: 'missing',
  different: 'different',
  unarchived: 'not exported',
  neverExportable: 'never exported',
  notPulled: 'not pulled',
  extra: 'extra',
};

export function renderProof(out: NodeJS.WriteStream, { color }: Style): ProofRenderer {
  const colors = pc.createColors(color);
  const isTerminal = out.isTTY === true;
  let told = 0;
  const clear = () => {
    if (isTerminal) out.write('\r\x1b[2K');
  };
  const line = (text: string) => {
    clear();
    out.write(`${text}\n`);
  };
  const progress = (totals: Totals) => {
    const { files } = totals.fileSystem;
    const text = `compared ${formatCount(files)} files, ${formatCount(totals.bucket.objects)} objects`;
    if (isTerminal) out.write(`\r\x1b[2K${text}`);
    else if (files - told >= entriesPerLine) line(text);
    else return;
    told = files;
  };
  const report = (event: ProofEvent) => {
    switch (event.type) {
      case 'progress':
        return progress(event.totals);
      case 'warning':
        return line(colors.yellow(`warning: ${visible(event.message)}`));
      case 'look':
        told = 0;
        for (const { kind, path, reason } of event.shown) {
          const paint = kind === 'extra' ? colors.dim : colors.red;
          line(`${paint(kindWords[kind].padEnd(14))} ${visible(path)}: ${visible(reason)}`);
        }
        return more(event);
      case 'nudged':
        line(`asked FSx to export ${formatCount(event.counts.files)} files of ${event.association}`);
        for (const { path, reason } of event.counts.examples) line(`  refused ${visible(path)}: ${visible(reason)}`);
        return;
      case 'waiting':
        return line(waitingText(event));
    }
  };
  const more = ({ totals, shown, findingsFile }: Extract<ProofEvent, { type: 'look' }>) => {
    const all = Object.values(totals.findings).reduce((sum, count) => sum + count, 0);
    if (all > shown.length) line(`and ${formatCount(all - shown.length)} more: ${findingsFile}`);
  };
  return { report, finish: clear };
}

function waitingText({ pending, etaMs, queueAgeSeconds }: Extract<ProofEvent, { type: 'waiting' }>): string {
  const eta = etaMs === undefined ? '' : `, about ${formatDuration(etaMs)} left`;
  const age = queueAgeSeconds === null ? '' : `, the oldest waits ${formatDuration(queueAgeSeconds * 1000)}`;
  return `waiting: ${formatCount(pending)} files are still to be exported${age}${eta}`;
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
