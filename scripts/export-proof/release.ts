/** Frees the blocks of files that are in S3: each is compared in this very run, and looked at once more on the host right before. */
import type { Reporter } from '../../provision/core/reporter';
import { hsm } from '../../provision/pull/inventory/entry';
import type { FileRequest, RequestCounts } from '../../provision/pull/inventory/hsm-requests';
import type { Judged } from './compare-sides';
import { requestOfHost } from './host-inventory';
import { type Association, type LookOptions, lookAt, type ProofSubject, treeOf } from './look-at';
import { Tally, type Totals } from './tally';

export interface ReleaseOptions extends Omit<LookOptions, 'withSource'> {
  readonly isCheck: boolean;
  readonly reporter: Reporter<ReleaseProgress>;
}

export interface ReleaseProgress {
  /** What was compared so far. */
  readonly totals: Totals;
  /** Of what is proven: handed to the host to be freed; with `isCheck`, what would be. */
  readonly asked: { readonly files: number; readonly bytes: number };
}

/** With `isCheck`, what would be asked for. */
export async function releaseProven(
  subject: ProofSubject,
  association: Association,
  { isCheck, depth, signal, reporter }: ReleaseOptions,
): Promise<RequestCounts> {
  const judged = lookAt(subject, association, { options: { depth, withSource: false, signal }, log: undefined });
  const files = releasable(judged, reporter);
  if (isCheck) return counted(files);
  return requestOfHost(treeOf(subject, association, signal), 'release', files);
}

async function* releasable(
  looked: AsyncIterable<readonly Judged[]>,
  reporter: Reporter<ReleaseProgress>,
): AsyncGenerator<readonly FileRequest[]> {
  const tally = new Tally();
  const asked = { files: 0, bytes: 0 };
  for await (const judged of looked) {
    tally.add(judged);
    const requests = judged.flatMap(releaseOf);
    yield requests;
    asked.files += requests.length;
    for (const { sizeBytes } of requests) asked.bytes += sizeBytes;
    reporter({ totals: tally.totals(), asked: { ...asked } });
  }
}

function releaseOf({ isProven, compared: { left: entry } }: Judged): readonly FileRequest[] {
  // Without a state there is nothing that a release could be asked of.
  if (!isProven || entry?.hsm === undefined || (entry.hsm & (hsm.released | hsm.noRelease)) !== 0) return [];
  return [{ path: entry.path, sizeBytes: entry.sizeBytes, mtimeMs: entry.mtimeMs }];
}

async function counted(files: AsyncIterable<readonly FileRequest[]>): Promise<RequestCounts> {
  let count = 0;
  let bytes = 0;
  for await (const batch of files) {
    count += batch.length;
    for (const { sizeBytes } of batch) bytes += sizeBytes;
  }
  return { files: count, bytes, refused: 0, examples: [] };
}
