/**
 * What became of the entries worth a look: the first of each kind in full, as many as there is room for, and the numbers of all of them.
 */
import type { Outcome } from '../../provision/pull/record/outcomes';
import { jsonForHtml } from './json-for-html';
import type { EntryKind, EntryRow, EntryRows } from './report-data';
import { shortened } from './shortened';

/** Distinct codes told one by one; an error code comes from a short list, or from the operating system's. */
const mostCodes = 20;
/** Of a reason, which may name a path of 4,096 bytes. */
const exampleLength = 300;

export class EntryLog {
  readonly #rows: Record<EntryKind, EntryRow[]> = { failed: [], skipped: [], retried: [], removed: [] };
  readonly #room: Record<EntryKind, number>;
  readonly #totals: Record<EntryKind, number> = { failed: 0, skipped: 0, retried: 0, removed: 0 };
  readonly #codes = new Map<string, { count: number; readonly example: string }>();

  /** @param room Bytes of the page to fill: half for failures, the rest in equal parts for the other kinds. */
  constructor(room: number) {
    this.#room = { failed: room / 2, skipped: room / 6, retried: room / 6, removed: room / 6 };
  }

  add(outcome: Outcome): void {
    const none = { code: '', reason: '', sizeBytes: 0, attempts: 0 };
    if (outcome.kind === 'failed') {
      const { path, code, reason, hint } = outcome;
      this.#countCode(code, reason);
      this.#keep({ ...none, kind: 'failed', path, code, reason, ...(hint === undefined ? {} : { hint }) });
    } else if (outcome.kind === 'skipped') {
      this.#keep({ ...none, kind: 'skipped', path: outcome.path, reason: outcome.reason });
    } else if (outcome.kind === 'transferred' && outcome.attempts > 1) {
      const { path, sizeBytes, attempts } = outcome;
      const reason = 'it changed while it was read, or did not verify at first; it is there now';
      this.#keep({ ...none, kind: 'retried', path, reason, sizeBytes, attempts });
    } else if (outcome.kind === 'removed') {
      const { path, sizeBytes, what } = outcome;
      this.#keep({ ...none, kind: 'removed', path, reason: `the ${what} is gone at the source`, sizeBytes });
    }
  }

  result(): EntryRows {
    return {
      rows: [...this.#rows.failed, ...this.#rows.retried, ...this.#rows.removed, ...this.#rows.skipped],
      totals: { ...this.#totals },
      failuresByCode: [...this.#codes]
        .map(([code, { count, example }]) => ({ code, count, example }))
        .sort((a, b) => b.count - a.count),
    };
  }

  #keep(row: EntryRow): void {
    this.#totals[row.kind] += 1;
    const size = Buffer.byteLength(jsonForHtml(row));
    if (this.#room[row.kind] < size) return;
    this.#room[row.kind] -= size;
    this.#rows[row.kind].push(row);
  }

  #countCode(code: string, reason: string): void {
    const isTold = this.#codes.has(code) || this.#codes.size < mostCodes;
    const key = isTold ? code : 'OTHER';
    const known = this.#codes.get(key);
    if (known === undefined) this.#codes.set(key, { count: 1, example: shortened(reason, exampleLength) });
    else known.count += 1;
  }
}
