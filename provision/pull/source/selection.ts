/** Which of the files that differ are transferred in this run: not those still being written, nor more than the limits allow. */
import type { Outcome, RunLimit } from '../record/outcomes';
import type { FileTask, Planned } from '../transfer/compare';
import type { TransferAllowance } from './run-limits';

export const stillBeingWritten = 'it is still being written: left for the next run';

export interface SettleOptions {
  /** 0: files do not have to settle. */
  readonly settleTimeSeconds: number;
  /** By the server's clock, as far as it is known: here, corrected by its offset. */
  readonly nowSeconds: () => number;
}

export interface SelectionOptions extends SettleOptions {
  readonly allowance: TransferAllowance;
}

/** A time well ahead of the clock is no sign of writing: such a file would wait for ever. */
export function isYoung(mtimeSeconds: number, { settleTimeSeconds, nowSeconds }: SettleOptions): boolean {
  return Math.abs(nowSeconds() - mtimeSeconds) < settleTimeSeconds;
}

function leftBy(limit: RunLimit, { path, file }: FileTask, allowance: TransferAllowance): Outcome {
  const { sizeBytes } = file;
  const isTooLarge = allowance.isTooSmallFor(sizeBytes);
  return { kind: 'left', path, sizeBytes, limit, ...(isTooLarge ? { isTooLarge } : {}) };
}

/** Everything else passes as it is. */
export async function* selectTransfers(
  planned: AsyncIterable<Planned>,
  { allowance, ...settle }: SelectionOptions,
): AsyncGenerator<Planned> {
  for await (const item of planned) {
    if (item.kind !== 'transfer') {
      yield item;
      continue;
    }
    const { directory, path, file } = item;
    if (isYoung(file.mtimeSeconds, settle)) {
      yield { kind: 'outcome', directory, outcome: { kind: 'skipped', path, reason: stillBeingWritten } };
      continue;
    }
    const limit = allowance.refuses(file.sizeBytes);
    if (limit === undefined) yield item;
    else yield { kind: 'outcome', directory, outcome: leftBy(limit, item, allowance) };
  }
}
