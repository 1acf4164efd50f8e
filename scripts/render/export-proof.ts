/** What a proof of export came to. */
import pc from 'picocolors';
import { formatBytes, formatCount } from '../../provision/core/units';
import type { FindingKind } from '../export-proof/judge';
import { objectionsTo, type Proof } from '../export-proof/proof';
import { kindWords } from './proof-findings';

interface Style {
  readonly color: boolean;
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
    ...(counts.withoutDigest === undefined ? [] : [row('without digest', counts.withoutDigest)]),
    verdict,
    `${file}  ${proof.digest}`,
  ].join('\n')}\n`;
}
