/** One side against the other, association by association: what the proof and the release both look at. */
import { posix } from 'node:path';
import { parseDataRepository } from '../../config/data-repository';
import type { Migration } from '../../config/schema';
import type { Connection } from '../../provision/connection/connection';
import { SluiceError } from '../../provision/core/errors';
import type { HostLayout } from '../../provision/roles/layout';
import type { Outputs } from '../../stacks/outputs';
import { awsFailure } from '../aws/failure';
import type { ProofAccount } from './account';
import { listBucket } from './bucket-listing';
import { compareSides, type Judged } from './compare-sides';
import { type HostTree, hostInventory } from './host-inventory';
import type { Rules } from './judge';
import { readObjectFacts } from './object-facts';
import type { ProofClaims } from './proof';
import type { RepositoryLog } from './repository-log';

export interface ProofSubject {
  readonly migration: Migration;
  readonly outputs: Outputs;
  readonly connection: Connection;
  readonly layout: HostLayout;
  readonly account: ProofAccount;
}

export type Association = Outputs['associations'][number];

export interface LookOptions {
  /** Whether every object is asked for its metadata, or read. */
  readonly depth: ProofClaims['depth'];
  readonly withSource: boolean;
  /** Whether an object that may lie in an archive tier is asked, too. */
  readonly asksTiers?: boolean;
  readonly signal: AbortSignal;
}

/** Everything under one association, judged, in batches. */
export async function* lookAt(
  subject: ProofSubject,
  association: Association,
  {
    options,
    log,
    queue,
  }: {
    readonly options: LookOptions;
    readonly log: RepositoryLog | undefined;
    /** Absent: nobody waits for what is pending. */
    readonly queue?: Pick<Rules, 'queuedSinceMs' | 'isExporting'>;
  },
): AsyncGenerator<readonly Judged[]> {
  const { s3 } = subject.account;
  const { bucket, keyPrefix } = placeOf(association);
  const isPulled = association.file_system_path === subject.migration.pull.association;
  const readsContent = options.depth === 'content';
  const sides = {
    inventory: hostInventory(treeOf(subject, association, options.signal), {
      withSource: options.withSource && isPulled,
      withDigests: readsContent && isPulled,
    }),
    objects: listBucket(s3, { bucket, prefix: keyPrefix }),
    askObject: (key: string) => readObjectFacts(s3, { bucket, key: keyPrefix + key }, { readsContent }),
    failures: log?.byKey ?? new Map<string, never>(),
  };
  try {
    yield* compareSides(sides, {
      keyPrefix,
      asksEveryObject: options.depth !== 'listing',
      asksTiers: options.asksTiers === true,
      hasStates: subject.layout.standInForMount === null,
      ...queue,
    });
  } catch (error) {
    throw error instanceof Error && '$metadata' in error ? bucketFailure(error, bucket) : error;
  }
}

function bucketFailure(error: Error, bucket: string): SluiceError {
  if (error.name !== 'NoSuchBucket') return awsFailure(error, `s3:ListBucket or s3:GetObject of ${bucket}`);
  return new SluiceError(`the bucket ${bucket} is gone: nothing can be compared with it`, {
    code: 'BUCKET_GONE',
    kind: 'blocked',
    hint: 'npx sluice doctor aws says what becomes of the association, and how the bucket is made anew',
    cause: error,
  });
}

export function treeOf(subject: ProofSubject, association: Association, signal: AbortSignal): HostTree {
  const { connection, layout } = subject;
  return { connection, layout, root: posix.join(rootOf(subject), association.file_system_path), signal };
}

/** Where the whole file system is seen on the host. */
export function rootOf({ layout, migration }: Pick<ProofSubject, 'layout' | 'migration'>): string {
  return layout.standInForMount ?? migration.host.mountPoint;
}

function placeOf(association: Association): { readonly bucket: string; readonly keyPrefix: string } {
  const repository = parseDataRepository(association.data_repository_path);
  if (repository === undefined)
    throw new SluiceError(`the outputs name no S3 folder: ${association.data_repository_path}`, {
      code: 'OUTPUTS_UNUSABLE',
      kind: 'config',
    });
  return { bucket: repository.bucket, keyPrefix: repository.prefix === '' ? '' : `${repository.prefix}/` };
}
