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
  readonly #source = { files: 0, bytes: 0 };
  readonly #fileSystem = { files: 0, bytes: 0 };
  readonly #bucket = { objects: 0, bytes: 0 };
  readonly #proven = { files: 0, bytes: 0 };
  readonly #findings: Record<FindingKind, number> = {
    missing: 0,
    different: 0,
    extra: 0,
    unarchived: 0,
    neverExportable: 0,
    notPulled: 0,
  };
  readonly #shown: Finding[] = [];
  #withoutDigest = 0;
  #pending = 0;
  #failures = 0;

  add(judged: readonly Judged[]): void {
    for (const { compared, findings, isProven, isWithoutDigest } of judged) {
      const { left: entry, right: object } = compared;
      if (entry?.source !== undefined && 'sizeBytes' in entry.source) count(this.#source, entry.source.sizeBytes);
      if (entry?.type === 'file') count(this.#fileSystem, entry.sizeBytes);
      if (object !== undefined && !object.key.endsWith('/')) {
        this.#bucket.objects += 1;
        this.#bucket.bytes += object.sizeBytes;
      }
      if (isProven) count(this.#proven, entry?.sizeBytes ?? 0);
      if (isWithoutDigest === true) this.#withoutDigest += 1;
      this.addFindings(findings);
    }
  }

  addFindings(findings: readonly Finding[]): void {
    for (const finding of findings) this.#addFinding(finding);
  }

  /** The first of each kind. */
  get shown(): readonly Finding[] {
    return this.#shown;
  }

  totals(): Totals {
    return {
      source: { ...this.#source },
      fileSystem: { ...this.#fileSystem },
      bucket: { ...this.#bucket },
      proven: { ...this.#proven },
      withoutDigest: this.#withoutDigest,
      findings: { ...this.#findings },
      pending: this.#pending,
      failures: this.#failures,
    };
  }

  #addFinding(finding: Finding): void {
    this.#findings[finding.kind] += 1;
    if (finding.isPending === true) this.#pending += 1;
    if (finding.failure !== undefined) this.#failures += 1;
    if (this.#findings[finding.kind] <= shownOfEachKind) this.#shown.push(finding);
  }
}

function count(side: { files: number; bytes: number }, sizeBytes: number): void {
  side.files += 1;
  side.bytes += sizeBytes;
}
