/**
 * The one error class and its exit codes. Exceptions are for faults; outcomes (a failed file, a pending change)
 * are values. The adapter that saw the failure decides `retryable`; nobody matches on message text.
 */
import { withNames } from './system-errors';

/** Process exit codes, the same for every command. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  changesPending: 2,
  config: 3,
  unreachable: 4,
  blocked: 5,
  interrupted: 130,
} as const;

export type ErrorKind = 'failed' | 'config' | 'unreachable' | 'blocked' | 'interrupted';

export interface ErrorDetails {
  /** Stable, upper-case, for machines: `HOST_KEY_CHANGED`. */
  readonly code: string;
  /** Decides the exit code. Default `failed`. */
  readonly kind?: ErrorKind | undefined;
  /** True only where the same call may succeed later. Default false. */
  readonly retryable?: boolean;
  /** What to do about it, one sentence. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

export class SluiceError extends Error {
  override readonly name = 'SluiceError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly retryable: boolean;
  readonly hint: string | undefined;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.kind = details.kind ?? 'failed';
    this.retryable = details.retryable ?? false;
    this.hint = details.hint;
  }

  get exitCode(): number {
    return exitCodes[this.kind];
  }
}

/** To catch with: an error of this code is thrown on with the hint that fits here, any other as it is. */
export function withHint(code: string, hintFor: (hint: string | undefined) => string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof SluiceError) || error.code !== code) throw error;
    const { message, kind, retryable, hint } = error;
    throw new SluiceError(message, { code, kind, retryable, hint: hintFor(hint), cause: error });
  };
}

/** What a command ends with that was asked to stop, and leaves nothing to be done. */
export function interrupted(cause?: unknown): SluiceError {
  return new SluiceError('interrupted', { code: 'INTERRUPTED', kind: 'interrupted', cause });
}

/** The message of anything thrown, for a person. */
export function messageOf(error: unknown): string {
  return withNames(error instanceof Error ? error.message : String(error));
}
