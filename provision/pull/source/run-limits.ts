/**
 * Where a run stops although there is more. Files and bytes are counted when a transfer is planned, so that a limit is never passed;
 * the listing goes on, and what is left is told exactly. Time stops everything: files under way stay in staging, and the next run goes
 * on with them.
 */
import { SluiceError } from '../../core/errors';
import type { RunLimits } from '../job/settings';
import type { RunLimit } from '../record/outcomes';

const dayMs = 24 * 3600 * 1000;

export class TransferAllowance {
  #files: number;
  #bytes: number;
  readonly #mostBytes: number;

  constructor({ files, bytes }: RunLimits) {
    this.#files = files ?? Number.POSITIVE_INFINITY;
    this.#mostBytes = bytes ?? Number.POSITIVE_INFINITY;
    this.#bytes = this.#mostBytes;
  }

  /** Whether no run takes it, the next one as little as this. */
  isTooSmallFor(sizeBytes: number): boolean {
    return this.#mostBytes < sizeBytes;
  }

  /** The limit that a file of this size would pass; undefined where it may be transferred, and counts. */
  refuses(sizeBytes: number): RunLimit | undefined {
    if (this.#files < 1) return 'files';
    if (this.#bytes < sizeBytes) return 'bytes';
    this.#files -= 1;
    this.#bytes -= sizeBytes;
    return undefined;
  }
}

/** The next `HH:MM` in UTC after a moment. Throws a SluiceError of kind `config`. */
export function nextTimeOfDay(text: string, afterMs: number): number {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined) {
    throw new SluiceError(`until ${JSON.stringify(text)} is not a time of day`, {
      code: 'BAD_TIME_OF_DAY',
      kind: 'config',
      hint: 'Write it as 06:00, in UTC.',
    });
  }
  const midnight = Math.floor(afterMs / dayMs) * dayMs;
  const today = midnight + (Number(hours) * 60 + Number(minutes)) * 60_000;
  return today > afterMs ? today : today + dayMs;
}
