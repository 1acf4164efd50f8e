/**
 * The task report (DataSync User Guide, "Monitoring data transfers with task reports"): what became of every file, one by one, written while
 * the run goes. `task-report.ndjson` has the very names; `task-report.csv` is for spreadsheets: control characters are written as `\n`,
 * `\u001b` and the like, and a cell that would be a formula there gets an apostrophe before it.
 */

import type { PullSettings } from '../job/settings';
import { BufferedFile } from './buffered-file';
import type { Outcome } from './outcomes';

interface Row {
  readonly path: string;
  readonly result: 'TRANSFERRED' | 'SKIPPED' | 'VERIFIED' | 'REMOVED' | 'FAILED';
  readonly sizeBytes?: number;
  readonly sha256?: string;
  /** Of a transfer: whether it was read back and compared. */
  readonly verified?: boolean;
  readonly code?: string;
  readonly reason?: string;
}

const columns = ['path', 'result', 'sizeBytes', 'sha256', 'verified', 'code', 'reason'] as const;

export class TaskReport {
  readonly #lines: BufferedFile;
  readonly #cells: BufferedFile;

  constructor(
    readonly paths: { readonly ndjson: string; readonly csv: string },
    private readonly level: PullSettings['taskReport'],
  ) {
    this.#lines = new BufferedFile(paths.ndjson);
    this.#cells = new BufferedFile(paths.csv);
    this.#cells.append(`${columns.join(',')}\r\n`);
  }

  add(outcome: Outcome): void {
    const row = rowOf(outcome);
    if (row === undefined || (this.level === 'ERRORS_ONLY' && row.result !== 'FAILED')) return;
    this.#lines.append(`${JSON.stringify(row)}\n`);
    this.#cells.append(`${columns.map((column) => csvCell(row[column])).join(',')}\r\n`);
  }

  flush(): void {
    this.#lines.flush();
    this.#cells.flush();
  }

  close(): void {
    try {
      this.#lines.close();
    } finally {
      this.#cells.close();
    }
  }
}

/** Directories and what a filter leaves out are no files of the task. */
function rowOf(outcome: Outcome): Row | undefined {
  const { path } = outcome;
  switch (outcome.kind) {
    case 'transferred': {
      const { sizeBytes, sha256, verified, atSource } = outcome;
      const reason = atSource === undefined ? {} : { reason: `${atSource} at the source` };
      return { path, result: 'TRANSFERRED', sizeBytes, sha256, verified: verified === true, ...reason };
    }
    case 'linked':
      return { path, result: 'TRANSFERRED', reason: `a symbolic link to ${outcome.target}` };
    case 'unchanged': {
      const reason = outcome.modeChanged ? 'unchanged; its permissions or owner were set' : 'unchanged';
      return { path, result: 'SKIPPED', sizeBytes: outcome.sizeBytes, reason };
    }
    case 'skipped':
      return { path, result: 'SKIPPED', reason: outcome.reason };
    case 'left':
      return {
        path,
        result: 'SKIPPED',
        sizeBytes: outcome.sizeBytes,
        reason: outcome.isTooLarge
          ? 'it is larger than the limit of bytes alone: no run takes it'
          : `left for the next run: the limit of ${outcome.limit} was reached`,
      };
    case 'removed':
      return { path, result: 'REMOVED', sizeBytes: outcome.sizeBytes, reason: `${outcome.what} gone at the source` };
    case 'verified':
      return { path, result: 'VERIFIED', sizeBytes: outcome.sizeBytes };
    case 'failed':
      return { path, result: 'FAILED', code: outcome.code, reason: outcome.reason };
    case 'directory':
    case 'excluded':
      return undefined;
  }
}

/** One cell of RFC 4180, safe in a spreadsheet (OWASP, "CSV Injection"). */
export function csvCell(value: string | number | boolean | undefined): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found.
  const visible = value.replace(/[\x00-\x1f\x7f-\x9f]/g, (character) => escapeOf(character));
  const harmless = /^[=+\-@|%\uff1d\uff0b\uff0d\uff20]/.test(visible) ? `'${visible}` : visible;
  return `"${harmless.replaceAll('"', '""')}"`;
}

function escapeOf(character: string): string {
  const short = JSON.stringify(character).slice(1, -1);
  return short.length > 1 ? short : `\\u00${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
