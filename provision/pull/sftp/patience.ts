/** How long a source that cannot be reached any more is waited for. */
import { SluiceError } from '../../core/errors';

/** Waits before each further try: about two minutes in all. */
const delaysMs = [500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000];

export interface PatienceOptions {
  /** Rejects when the run is stopped. */
  readonly sleep: (durationMs: number) => Promise<void>;
  readonly isOver: () => boolean;
}

/** Rejects with what the last try said, or the first that no other one can mend. */
export async function connectPatiently<T>(connect: () => Promise<T>, options: PatienceOptions): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await connect();
    } catch (error) {
      const delayMs = delaysMs[failures];
      const retryable = error instanceof SluiceError && error.retryable;
      if (!retryable || options.isOver() || delayMs === undefined) throw error;
      await options.sleep(delayMs);
    }
  }
}
