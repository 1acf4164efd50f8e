/** Frees the blocks of files that are in S3: each is compared in this very run, and looked at once more on the host right before. */
import { interrupted, SluiceError } from '../../provision/core/errors';
import type { Reporter } from '../../provision/core/reporter';
import { formatBytes, plural } from '../../provision/core/units';
import { hsm } from '../../provision/pull/inventory/entry';
import type { FileRequest, RequestCounts } from '../../provision/pull/inventory/hsm-requests';
import type { Judged } from './compare-sides';
import { requestOfHost } from './host-inventory';
import { type Association, type LookOptions, lookAt, type ProofSubject, treeOf } from './look-at';
import { assertMounted } from './mounted';
import { Tally, type Totals } from './tally';

export interface ReleaseOptions extends Omit<LookOptions, 'withSource' | 'asksTiers'> {
  readonly isCheck: boolean;
  readonly reporter: Reporter<ReleaseProgress>;
}

export interface ReleaseProgress {
  /** What was compared so far. */
  readonly totals: Totals;
  /** Of what is proven: handed to the host to be freed; with `isCheck`, what would be. */
  readonly asked: { readonly files: number; readonly bytes: number };
}

export interface ReleaseCounts extends RequestCounts {
  /** Files that are left as they are, since nothing says that they are in S3. */
  readonly notProven: number;
}

/** With `isCheck`, what would be asked for. Where it is cut short, the error says how much was freed at most. */
export async function releaseProven(
  subject: ProofSubject,
  association: Association,
  { isCheck, depth, signal, reporter }: ReleaseOptions,
): Promise<ReleaseCounts> {
  await assertWorking(subject, association);
  await assertMounted(subject, { signal, undone: `nothing of ${association.file_system_path} was freed` });
  const options = { depth, withSource: false, asksTiers: true, signal };
  const judged = lookAt(subject, association, { options, log: undefined });
  const kept: Kept = { notProven: 0, archived: 0, examples: [] };
  let asked: ReleaseProgress['asked'] = { files: 0, bytes: 0 };
  const files = releasable(judged, kept, (progress) => {
    asked = progress.asked;
    reporter(progress);
  });
  const counts = isCheck
    ? await counted(files)
    : await requestOfHost(treeOf(subject, association, signal), 'release', files).catch((error) => {
        throw cutShort(signal.aborted ? interrupted(error) : error, association, asked);
      });
  const examples = [...kept.examples.map(exampleOf), ...counts.examples].slice(0, shownExamples);
  return { ...counts, refused: counts.refused + kept.archived, notProven: kept.notProven, examples };
}

/** Through it alone comes back what is freed. */
async function assertWorking(
  { account, outputs }: ProofSubject,
  { id, file_system_path: path }: Association,
): Promise<void> {
  const { working } = await account.fileSystem(outputs);
  if (working === undefined || working.includes(id)) return;
  throw new SluiceError(
    `FSx has no association ${id} that works; nothing of ${path} was freed: it would not come back when it is read`,
    {
      code: 'ASSOCIATION_UNAVAILABLE',
      kind: 'blocked',
      hint: 'npx sluice doctor aws says what becomes of it, and the cure',
    },
  );
}

/** What was handed over last is freed, or not: nobody is there to tell. */
function cutShort(error: unknown, { file_system_path: path }: Association, asked: ReleaseProgress['asked']): unknown {
  if (!(error instanceof SluiceError) || asked.files === 0) return error;
  const { code, kind, retryable, hint, message } = error;
  const again = 'a second run passes over what is freed, and frees the rest';
  return new SluiceError(
    `${message}; of ${path} up to ${plural(asked.files, 'file')}, ${formatBytes(asked.bytes)}, were freed`,
    { code, kind, retryable, hint: hint === undefined ? again : `${hint}; ${again}`, cause: error },
  );
}

const shownExamples = 20;

function exampleOf({ compared: { key, right } }: Judged): RequestCounts['examples'][number] {
  const reason = `its object is in ${right?.archivedIn}: its content would not come back before it is restored there`;
  return { path: key, reason };
}

/** Files that are not handed to the host. */
interface Kept {
  notProven: number;
  /** Those that could be freed, were their objects not archived; the first of them. */
  archived: number;
  readonly examples: Judged[];
}

/** @param kept Counted up meanwhile. */
async function* releasable(
  looked: AsyncIterable<readonly Judged[]>,
  kept: Kept,
  reporter: Reporter<ReleaseProgress>,
): AsyncGenerator<readonly FileRequest[]> {
  const tally = new Tally();
  const asked = { files: 0, bytes: 0 };
  for await (const judged of looked) {
    tally.add(judged);
    kept.notProven += judged.filter(({ isProven, compared: { left } }) => left?.type === 'file' && !isProven).length;
    const isArchived = ({ compared: { right } }: Judged) => right?.archivedIn !== undefined;
    const candidates = judged.filter(canBeFreed);
    const archived = candidates.filter(isArchived);
    kept.archived += archived.length;
    kept.examples.push(...archived.slice(0, shownExamples - kept.examples.length));
    const requests = candidates.filter((each) => !isArchived(each)).flatMap(requestFor);
    yield requests;
    asked.files += requests.length;
    for (const { sizeBytes } of requests) asked.bytes += sizeBytes;
    reporter({ totals: tally.totals(), asked: { ...asked } });
  }
}

function canBeFreed({ isProven, compared: { left: entry } }: Judged): boolean {
  // Without a state there is nothing that a release could be asked of.
  return isProven && entry?.hsm !== undefined && (entry.hsm & (hsm.released | hsm.noRelease)) === 0;
}

function requestFor({ compared: { left: entry } }: Judged): readonly FileRequest[] {
  return entry === undefined ? [] : [{ path: entry.path, sizeBytes: entry.sizeBytes, mtimeMs: entry.mtimeMs }];
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
