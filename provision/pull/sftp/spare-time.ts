/** Whether this thread has time left: a further connection near the server helps then, and only costs otherwise. */
import { performance } from 'node:perf_hooks';

const windowMs = 250;
/** Of the time; what a busy thread waits between two chunks is less. */
const spareShare = 0.3;

/** Looks from the first call on, and says yes at most once for each time that it has looked. */
export function spareTime(look = performance.eventLoopUtilization): () => boolean {
  let since: ReturnType<typeof performance.eventLoopUtilization> | undefined;
  return () => {
    since ??= look();
    const { idle, active } = look(since);
    if (idle + active < windowMs) return false;
    since = undefined;
    return idle / (idle + active) > spareShare;
  };
}
