/** Bytes a second as a person wants them: of the last seconds, smoothed, so that neither a pause nor a burst shakes the ETA. */
import type { Progress } from '../../provision/pull/record/events';

/** After so long, what was before counts for a third. */
const memoryMs = 10_000;

export class TransferRate {
  #last: Pick<Progress, 'receivedBytes' | 'elapsedMs'> | undefined;
  #bytesPerSecond = 0;

  get bytesPerSecond(): number {
    return Math.round(this.#bytesPerSecond);
  }

  /** The first look at a run under way shows its mean so far. A new run begins anew. */
  observe({ receivedBytes, elapsedMs }: Pick<Progress, 'receivedBytes' | 'elapsedMs'>): void {
    const isFirst = this.#last === undefined || elapsedMs < this.#last.elapsedMs;
    const bytes = receivedBytes - (isFirst ? 0 : (this.#last?.receivedBytes ?? 0));
    const ms = elapsedMs - (isFirst ? 0 : (this.#last?.elapsedMs ?? 0));
    this.#last = { receivedBytes, elapsedMs };
    if (ms <= 0) return;
    const now = (bytes * 1000) / ms;
    const kept = isFirst ? 0 : Math.exp(-ms / memoryMs);
    this.#bytesPerSecond = kept * this.#bytesPerSecond + (1 - kept) * now;
  }
}
