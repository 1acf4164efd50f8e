/** Whether it is in S3: what `sluice verify` found when it compared source, file system and bucket. */
import { formatBytes, formatCount, plural } from '../../../provision/core/units';
import type { ReportData } from '../report-data';
import { h, section, table } from './dom';
import { pathText, utc } from './text';

type Proof = NonNullable<ReportData['proof']>;

interface Side {
  readonly name: string;
  readonly files: number;
  readonly bytes?: number;
}

const depths: Readonly<Record<Proof['depth'], string>> = {
  listing: 'by name and size, and by time where in doubt',
  metadata: 'by name, size and the time that FSx wrote into each object',
  content: 'by name, size, time and the SHA-256 of the content',
};

export function exportProof(proof: Proof): HTMLElement {
  const { counts, source, bucket, associations, createdAt, depth, digest, result } = proof;
  const sides: readonly Side[] = [
    ...(source === null ? [] : [{ name: 'source', ...source }]),
    { name: 'file system', files: counts.files, bytes: counts.bytes },
    { name: 'bucket', files: bucket.objects, bytes: bucket.bytes },
    { name: 'missing in the bucket', files: counts.missing },
    { name: 'different in the bucket', files: counts.different },
    { name: 'not exported yet', files: counts.unarchived },
    { name: 'never exported', files: counts.neverExportable },
    { name: 'not pulled as at the source', files: counts.notPulled },
    { name: 'in the bucket only', files: counts.extra },
    ...(counts.withoutDigest === undefined
      ? []
      : [{ name: 'content not compared: no digest of a pull, or not readable', files: counts.withoutDigest }]),
  ];
  const isProven = result === 'proven';
  const verdict = isProven
    ? `Proven: every file of the file system is in S3, ${plural(counts.files, 'file')} in all.`
    : `Not proven: ${doubt(counts)}.`;
  return section(
    'export',
    'Export to S3',
    h('p', { class: `note ${isProven ? 'ok' : 'bad'}` }, verdict),
    h('p', {}, `Compared ${depths[depth]}; the reading began ${utc(createdAt)}. What was written later is not in it.`),
    h('ul', {}, ...associations.map(linked)),
    table<Side>(
      'The sides, compared',
      [
        { heading: 'what', cell: ({ name }) => name },
        { heading: 'files', cell: ({ files }) => formatCount(files), isNumber: true },
        { heading: 'bytes', cell: ({ bytes }) => (bytes === undefined ? '–' : formatBytes(bytes)), isNumber: true },
      ],
      sides,
    ),
    h('p', { class: 'aside' }, 'Digest of the proof: ', pathText(digest)),
  );
}

function doubt({ missing, different, unarchived, neverExportable }: Proof['counts']): string {
  return missing + different + unarchived + neverExportable > 0
    ? 'something is not in S3 as it is on the file system'
    : 'something is not on the file system as it is at the source; all that is there is in S3';
}

function linked({ fileSystemPath, dataRepositoryPath }: Proof['associations'][number]): HTMLElement {
  return h('li', {}, pathText(fileSystemPath), ' to ', pathText(dataRepositoryPath));
}
