/** What became of one entry of the source. One entry's failure is a value: it never stops the others. */
import { SluiceError } from '../../core/errors';
import { systemCodeOf } from '../../core/system-errors';
import { localFailure } from '../destination/local-failure';
import { SessionLostError } from '../sftp/errors';

export type Outcome =
  | {
      readonly kind: 'transferred';
      /** Relative to the source's root and the destination alike. */
      readonly path: string;
      readonly sizeBytes: number;
      readonly sha256: string;
      /** Bytes that an earlier, interrupted run had already received. */
      readonly resumedBytes: number;
      /** More than 1 where the file changed while it was read, or did not verify. */
      readonly attempts: number;
      /** From its first request to its publication. */
      readonly durationMs?: number;
      /** Read back from the destination, and compared with what was received. */
      readonly verified?: boolean;
      /** What became of it at the source, where it was not kept. */
      readonly atSource?: 'deleted' | 'moved';
    }
  /** A symbolic link made, or changed. */
  | { readonly kind: 'linked'; readonly path: string; readonly target: string }
  /** The content is there already. `modeChanged`: its permissions, or its owner, were not, and were set. */
  | { readonly kind: 'unchanged'; readonly path: string; readonly sizeBytes: number; readonly modeChanged: boolean }
  /** A directory made or found, walked, and given its mode and time. */
  | { readonly kind: 'directory'; readonly path: string; readonly created: boolean }
  /** Left out by a filter: counted, not listed. */
  | { readonly kind: 'excluded'; readonly path: string }
  /** Left out by what it is or by the settings, and worth telling. */
  | { readonly kind: 'skipped'; readonly path: string; readonly reason: string }
  /** Left for the next run by a limit: counted, not listed. */
  | {
      readonly kind: 'left';
      readonly path: string;
      readonly sizeBytes: number;
      readonly limit: RunLimit;
      /** Larger than the limit of bytes alone: the next run leaves it too. */
      readonly isTooLarge?: boolean;
    }
  /** Gone at the source, and now at the destination. */
  | {
      readonly kind: 'removed';
      readonly path: string;
      readonly sizeBytes: number;
      readonly what: 'file' | 'link' | 'directory';
    }
  /** Found equal at both ends when everything was listed again. */
  | { readonly kind: 'verified'; readonly path: string; readonly sizeBytes: number }
  | Failure;

/** What ended a run before the end of the tree. */
export type RunLimit = 'files' | 'bytes' | 'time';

export interface Failure {
  readonly kind: 'failed';
  readonly path: string;
  readonly code: string;
  readonly reason: string;
  readonly hint?: string;
}

/** The root, whose path is `''`, is told as `.`. */
export function failed(path: string, error: unknown): Failure {
  const { code, message: reason, hint } = localFailure(error);
  return { kind: 'failed', path: path || '.', code, reason, ...(hint === undefined ? {} : { hint }) };
}

/** Local errors that every later file would meet too: the run stops, says so, and goes on where it stopped when run again. */
const fatalLocalCodes = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'ENODEV', 'ESHUTDOWN', 'ESTALE', 'EMFILE', 'ENFILE']);

/** Whether an error is the whole run's and not one entry's. */
export function isFatal(error: unknown): boolean {
  if (error instanceof SluiceError) return error.kind !== 'failed';
  return fatalLocalCodes.has(systemCodeOf(error) ?? '');
}

/**
 * Throws what is not one entry's alone. Where the run was stopped, that is what ended its connections; a fault of this machine remains one.
 */
export function throwIfOfRun(error: unknown, signal: AbortSignal): void {
  const isOfSource = error instanceof SluiceError && error.kind === 'unreachable';
  if (isFatal(error) && !(signal.aborted && isOfSource)) throw error;
  if (signal.aborted) throw interrupted();
}

/** Whether an error is what stopping a run looks like from within. Any other is a fault, also where it surfaces after the stop. */
export function isOfStop(error: unknown): boolean {
  return error instanceof SessionLostError || (error instanceof SluiceError && error.kind === 'interrupted');
}

/** The run was asked to stop. */
export function interrupted(): SluiceError {
  return new SluiceError('the run was stopped before its end', {
    code: 'INTERRUPTED',
    kind: 'interrupted',
    hint: 'Run it again: it goes on where it stopped.',
  });
}
