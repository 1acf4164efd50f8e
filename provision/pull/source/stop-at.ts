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
  /** By the clock, when the run began that this one goes on with; undefined where it begins now. */
  readonly begunAtMs?: number | undefined;
}

const dayMs = 24 * 3600 * 1000;

/** A clock that was set forward past the time of day is seen within this. */
const lookMs = 30_000;

/** Only the signal counts where there is no limit in time. */
export function stopAt(
  { durationMinutes = Number.POSITIVE_INFINITY, until }: Pick<RunLimits, 'durationMinutes' | 'until'>,
  { clock, now, signal, begunAtMs }: StopAtOptions,
): StopAt {
  const abort = new AbortController();
  const durationMs = durationMinutes * 60_000;
  const agoMs = Math.max(0, clock.now() - (begunAtMs ?? clock.now()));
  // One of an earlier day, the host having been off, has the same hours of this one: nothing else may start the run that is due now.
  const endMs = now() + durationMs - (agoMs % Math.max(dayMs, durationMs));
  let lookedAtMs = clock.now() - (agoMs % dayMs);
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
