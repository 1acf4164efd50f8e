/** A signal that is aborted when another one is, or when a moment has come. */
import type { Clock } from '../record/run-progress';

export interface StopAt {
  readonly signal: AbortSignal;
  /** Whether the moment has come, and nobody stopped the run before. */
  readonly isOver: () => boolean;
  readonly clear: () => void;
}

/** setTimeout takes no more than 2^31 ms, 24 days. */
const longestTimeoutMs = 24 * 3600 * 1000;

/** `deadlineMs`: since 1970; undefined where only the signal counts. */
export function stopAt(
  deadlineMs: number | undefined,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): StopAt {
  const abort = new AbortController();
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const pass = () => abort.abort();
  const wait = (untilMs: number) => {
    const leftMs = untilMs - clock.now();
    if (leftMs > 0) {
      timer = setTimeout(() => wait(untilMs), Math.min(leftMs, longestTimeoutMs));
      return;
    }
    isOver = !signal.aborted;
    abort.abort();
  };
  if (signal.aborted) pass();
  signal.addEventListener('abort', pass);
  if (deadlineMs !== undefined) wait(deadlineMs);
  return {
    signal: abort.signal,
    isOver: () => isOver,
    clear: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', pass);
    },
  };
}
