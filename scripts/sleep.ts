import { setTimeout } from 'node:timers/promises';

/** Ends early, without an error, once the signal is aborted. */
export async function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(durationMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
