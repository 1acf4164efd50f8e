/** Trying again what its adapter calls retryable. */
import { SluiceError } from './errors';

export interface RetryPolicy {
  /** How often at most, the first try included. */
  readonly attempts: number;
  /** Before the second try; twice as long before each one after it. */
  readonly delayMs: number;
  /** Ends early, without an error, once the signal is aborted. */
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>;
}

export interface RetryOptions {
  readonly policy: RetryPolicy | undefined;
  /** Once aborted, nothing is tried again. */
  readonly signal?: AbortSignal | undefined;
  /** Called before each further try, with the number of the one that failed, from 1; waited for before the pause. */
  readonly onRetry: (attempt: number, error: SluiceError) => void | Promise<void>;
}

/** `work` must be safe to run again. Throws what the last try threw; without a policy there is one try. */
export async function retrying<T>(work: () => Promise<T>, { policy, signal, onRetry }: RetryOptions): Promise<T> {
  const isAborted = () => signal?.aborted === true;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isWorthIt = error instanceof SluiceError && error.retryable && error.kind === 'failed';
      if (!isWorthIt || policy === undefined || attempt >= policy.attempts || isAborted()) throw error;
      await onRetry(attempt, error);
      await policy.sleep(policy.delayMs * 2 ** (attempt - 1), signal);
      if (isAborted()) throw error;
    }
  }
}
