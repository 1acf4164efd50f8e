/** Which of the files that differ are transferred in this run: not those still being written, nor more than the limits allow. */
import type { Planned } from '../transfer/compare';
import type { TransferAllowance } from './run-limits';

export const stillBeingWritten = 'it is still being written: left for the next run';

export interface SelectionOptions {
  readonly settleTimeSeconds: number;
  readonly allowance: TransferAllowance;
  /** By the server's clock, as far as it is known: here, corrected by its offset. */
  readonly nowSeconds: () => number;
}

/** Everything else passes as it is. */
export async function* selectTransfers(
  planned: AsyncIterable<Planned>,
  { settleTimeSeconds, allowance, nowSeconds }: SelectionOptions,
): AsyncGenerator<Planned> {
  for await (const item of planned) {
    if (item.kind !== 'transfer') {
      yield item;
      continue;
    }
    const { directory, path, file } = item;
    // A time well ahead of the clock is no sign of writing: such a file would wait for ever.
    if (Math.abs(nowSeconds() - file.mtimeSeconds) < settleTimeSeconds) {
      yield { kind: 'outcome', directory, outcome: { kind: 'skipped', path, reason: stillBeingWritten } };
      continue;
    }
    const limit = allowance.refuses(file.sizeBytes);
    if (limit === undefined) yield item;
    else yield { kind: 'outcome', directory, outcome: { kind: 'left', path, sizeBytes: file.sizeBytes, limit } };
  }
}
