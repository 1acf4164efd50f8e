/** Frees the blocks of files that are in S3: each is compared in this very run, and looked at once more on the host right before. */
import { hsm } from '../../provision/pull/inventory/entry';
import type { FileRequest, RequestCounts } from '../../provision/pull/inventory/hsm-requests';
import type { Outputs } from '../../stacks/outputs';
import type { Judged } from './compare-sides';
import { requestOfHost } from './host-inventory';
import { lookAt, type ProofSubject, treeOf } from './prove';

export interface ReleaseOptions {
  readonly isCheck: boolean;
  /** See ProofOptions. */
  readonly depth: 'listing' | 'metadata';
  readonly signal: AbortSignal;
}

/** With `isCheck`, what would be asked for. */
export async function releaseProven(
  subject: ProofSubject,
  association: Outputs['associations'][number],
  { isCheck, depth, signal }: ReleaseOptions,
): Promise<RequestCounts> {
  const judged = lookAt(subject, association, { options: { depth, withSource: false, signal }, log: undefined });
  const files = releasable(judged);
  if (isCheck) return counted(files);
  return requestOfHost(treeOf(subject, association, signal), 'release', files);
}

async function* releasable(looked: AsyncIterable<readonly Judged[]>): AsyncGenerator<readonly FileRequest[]> {
  for await (const judged of looked) {
    yield judged.flatMap(({ isProven, compared: { left: entry } }) => {
      // Without a state there is nothing that a release could be asked of.
      if (!isProven || entry?.hsm === undefined || (entry.hsm & (hsm.released | hsm.noRelease)) !== 0) return [];
      return [{ path: entry.path, sizeBytes: entry.sizeBytes, mtimeMs: entry.mtimeMs }];
    });
  }
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
