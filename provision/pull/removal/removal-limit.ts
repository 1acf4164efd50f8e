/** How much one run may remove at the destination: what stands between an emptied, or misread, source and an emptied copy. */
import { SluiceError } from '../../core/errors';

export type RemovalLimit = { readonly files: number } | { readonly percent: number };

/** `1000` or `25%`. Throws a SluiceError of kind `config`. */
export function parseRemovalLimit(value: number | string): RemovalLimit {
  if (typeof value === 'number') return { files: value };
  const percent = /^(\d{1,3})%$/.exec(value)?.[1];
  if (percent !== undefined && Number(percent) <= 100) return { percent: Number(percent) };
  if (/^\d{1,15}$/.test(value)) return { files: Number(value) };
  throw new SluiceError(`removalLimit ${JSON.stringify(value)} is neither a number of files nor a share`, {
    code: 'BAD_REMOVAL_LIMIT',
    kind: 'config',
    hint: 'Write it as 1000 or as "25%".',
  });
}

/** `ofFiles`: files at the destination within the filters, those to be removed among them. */
export function isWithinLimit(removed: number, ofFiles: number, limit: RemovalLimit): boolean {
  if ('files' in limit) return removed <= limit.files;
  return removed * 100 <= ofFiles * limit.percent;
}
