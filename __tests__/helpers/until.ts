/** Waits for a condition, by asking for it again and again. The test's own timeout ends the wait. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves with what `look` gives once it is neither undefined nor false. */
export async function until<T>(look: () => T | Promise<T>): Promise<Exclude<T, undefined | false>> {
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found as Exclude<T, undefined | false>;
    await sleep(50);
  }
}
