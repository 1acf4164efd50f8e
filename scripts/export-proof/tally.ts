/** Counts of one look, kept while its verdicts pass. */
import type { Judged } from './compare-sides';
import type { Finding, FindingKind } from './judge';

export interface Totals {
  readonly source: { readonly files: number; readonly bytes: number };
  readonly fileSystem: { readonly files: number; readonly bytes: number };
  /** Without the objects of directories. */
  readonly bucket: { readonly objects: number; readonly bytes: number };
  readonly proven: { readonly files: number; readonly bytes: number };
  /** Of the proven, where content was to be compared: those with no digest to compare with, or whose object cannot be read. */
  readonly withoutDigest: number;
  readonly findings: Readonly<Record<FindingKind, number>>;
  /** Of the findings: those that FSx may still export. */
  readonly pending: number;
  /** Of the findings: those that FSx logged a failure of. */
  readonly failures: number;
}

/** Kept of each kind, to be shown. */
const shownOfEachKind = 10;

export class Tally {
  readonly #totals = {
    source: { files: 0, bytes: 0 },
    fileSystem: { files: 0, bytes: 0 },
    bucket: { objects: 0, bytes: 0 },
    proven: { files: 0, bytes: 0 },
    withoutDigest: 0,
    findings: { missing: 0, different: 0, extra: 0, unarchived: 0, neverExportable: 0, notPulled: 0 },
    pending: 0,
    failures: 0,
  };
  readonly #shown: Finding[] = [];

  add(judged: readonly Judged[]): void {
    const { source, fileSystem, bucket, proven } = this.#totals;
    for (const { compared, findings, isProven, isWithoutDigest } of judged) {
      const { left: entry, right: object } = compared;
      if (entry?.source !== undefined && 'sizeBytes' in entry.source) count(source, entry.source.sizeBytes);
      if (entry?.type === 'file') count(fileSystem, entry.sizeBytes);
      if (object !== undefined && !object.key.endsWith('/')) {
        bucket.objects += 1;
        bucket.bytes += object.sizeBytes;
      }
      if (isProven) count(proven, entry?.sizeBytes ?? 0);
      if (isWithoutDigest === true) this.#totals.withoutDigest += 1;
      this.addFindings(findings);
    }
  }

  addFindings(findings: readonly Finding[]): void {
    const totals = this.#totals;
    for (const finding of findings) {
      const { kind, isPending, failure } = finding;
      totals.findings[kind] += 1;
      if (isPending === true) totals.pending += 1;
      if (failure !== undefined) totals.failures += 1;
      if (totals.findings[kind] <= shownOfEachKind) this.#shown.push(finding);
    }
  }

  /** The first of each kind. */
  get shown(): readonly Finding[] {
    return this.#shown;
  }

  /** As of now: what is added later is not in it. */
  totals(): Totals {
    return structuredClone(this.#totals);
  }
}

function count(side: { files: number; bytes: number }, sizeBytes: number): void {
  side.files += 1;
  side.bytes += sizeBytes;
}
