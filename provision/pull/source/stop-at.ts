/**
 * A signal that is aborted when another one is, or when the time of a run is over. How long it takes is told by a clock that only goes forward, and
 * the time of day by the one that may be set meanwhile: it has come where it lies between two looks at that.
 */
import type { RunLimits } from '../job/settings';
import type { Clock } from '../record/run-progress';
import { nextTimeOfDay } from './run-limits';

export interface StopAt {
  readonly signal: AbortSignal;
  /** Whether the time is over, and nobody stopped the run before. */
  readonly isOver: () => boolean;
  readonly clear: () => void;
}

export interface StopAtOptions {
  readonly clock: Clock;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** A clock that was set forward past the time of day is seen within this. */
const lookMs = 30_000;

/** Only the signal counts where there is no limit in time. */
export function stopAt(
  { durationMinutes = Number.POSITIVE_INFINITY, until }: Pick<RunLimits, 'durationMinutes' | 'until'>,
  { clock, now, signal }: StopAtOptions,
): StopAt {
  const abort = new AbortController();
  const endMs = now() + durationMinutes * 60_000;
  let lookedAtMs = clock.now();
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const pass = () => abort.abort();
  const leftOfDay = (text: string): number => {
    const comesAtMs = nextTimeOfDay(text, lookedAtMs);
    lookedAtMs = clock.now();
    return comesAtMs - lookedAtMs;
  };
  const look = () => {
    const leftMs = Math.min(endMs - now(), until === undefined ? Number.POSITIVE_INFINITY : leftOfDay(until));
    if (leftMs > 0) {
      timer = setTimeout(look, Math.min(leftMs, lookMs));
      return;
    }
    isOver = !signal.aborted;
    abort.abort();
  };
  if (signal.aborted) pass();
  signal.addEventListener('abort', pass);
  if (durationMinutes !== Number.POSITIVE_INFINITY || until !== undefined) look();
  return {
    signal: abort.signal,
    isOver: () => isOver,
    clear: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', pass);
    },
  };
}
