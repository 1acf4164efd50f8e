/**
 * Waiting for a host that is still being made: no route, a closed port, a reset in the middle of the handshake, host keys that EC2's
 * console does not show yet. The adapter that saw the failure says which of them pass (`retryable`); nothing else is waited for.
 */
import { SluiceError } from '../core/errors';
import { formatDuration } from '../core/units';

export interface HostWait {
  /** How long after the first attempt another one is begun. */
  readonly timeoutMs: number;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  /** Ends early, without an error, once the signal is aborted. */
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal;
  /** Called with each new reason to wait. */
  readonly onWait: (reason: string) => void;
}

const firstPauseMs = 500;
const longestPauseMs = 5_000;

/** Rejects with what the last attempt said, and how long that went on. */
export async function whenUp<T>(attempt: () => Promise<T>, wait: HostWait): Promise<T> {
  const startedAt = wait.clock();
  let reported: string | undefined;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    try {
      return await attempt();
    } catch (error) {
      const passes = error instanceof SluiceError && error.retryable && error.kind === 'unreachable';
      if (!passes || wait.signal?.aborted === true) throw error;
      if (wait.clock() - startedAt + pauseMs > wait.timeoutMs) throw gaveUp(error, wait.clock() - startedAt);
      if (error.message !== reported) wait.onWait(error.message);
      reported = error.message;
      await wait.sleep(pauseMs, wait.signal);
      if (wait.signal?.aborted) throw error;
    }
  }
}

/**
 * A way to connect again and again: a host that was waited for in vain is asked once each time from then on, until it answers. Whoever asks first
 * after a loss waits; what else was lost with it does not wait as long once more.
 */
export function patiently<T>(attempt: () => Promise<T>, wait: HostWait): () => Promise<T> {
  let isInVain = false;
  return async () => {
    try {
      const up = await (isInVain ? attempt() : whenUp(attempt, wait));
      isInVain = false;
      return up;
    } catch (error) {
      isInVain = true;
      throw error;
    }
  };
}

function gaveUp(error: SluiceError, waitedMs: number): SluiceError {
  return new SluiceError(`${error.message} (waited ${formatDuration(waitedMs)})`, {
    code: error.code,
    kind: error.kind,
    retryable: true,
    hint: error.hint,
    cause: error,
  });
}
