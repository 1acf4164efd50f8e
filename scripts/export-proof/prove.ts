/**
 * The proof of export: looks at every association until nothing is pending, or once.
 *
 *     look      compare the sides (compare-sides.ts); everything that is not proven goes to findings.ndjson
 *     nudge     where asked: `lfs hsm_archive` for what stays behind, on the first look and whenever a look brought nothing new
 *     wait      where asked: as long as something is pending, and until the time is over; then look again, at everything
 *     seal      the last look's counts, and the conclusion
 */
import { posix } from 'node:path';
import { parseDataRepository } from '../../config/data-repository';
import type { Migration } from '../../config/schema';
import type { Connection } from '../../provision/connection/connection';
import { SluiceError } from '../../provision/core/errors';
import type { Reporter } from '../../provision/core/reporter';
import type { HostLayout } from '../../provision/roles/layout';
import type { Outputs } from '../../stacks/outputs';
import { awsFailure } from '../aws/failure';
import type { ProofAccount } from './account';
import { listBucket } from './bucket-listing';
import { compareSides, type Judged } from './compare-sides';
import type { ProofEvent } from './events';
import { FindingsFile, readFindings } from './findings-file';
import { type HostTree, hostInventory, requestOfHost } from './host-inventory';
import { readObjectFacts } from './object-facts';
import { type Proof, type ProofClaims, sealProof } from './proof';
import type { RepositoryLog } from './repository-log';
import { Tally } from './tally';

export interface ProofSubject {
  readonly migration: Migration;
  readonly outputs: Outputs;
  readonly connection: Connection;
  readonly layout: HostLayout;
  readonly account: ProofAccount;
}

export interface ProofOptions {
  readonly depth: ProofClaims['depth'];
  readonly withSource: boolean;
  readonly nudge: boolean;
  /** Undefined: one look. */
  readonly wait?: { readonly timeoutMs: number; readonly intervalMs: number };
  readonly findingsFile: string;
  readonly reporter: Reporter<ProofEvent>;
  readonly now: () => Date;
  /** Ends early, without an error, once the signal is aborted. */
  readonly sleep: (durationMs: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Resolves with the proof, whatever it says. Rejects where a side cannot be read. */
export async function proveExport(subject: ProofSubject, options: ProofOptions): Promise<Proof> {
  const { reporter, now, wait, nudge, sleep, signal } = options;
  const fileSystem = await subject.account.fileSystem(subject.outputs.file_system.id);
  for (const message of fileSystem.troubles) reporter({ type: 'warning', message });
  const startedAtMs = now().getTime();
  let earlier: { readonly pending: number; readonly atMs: number } | undefined;
  for (;;) {
    const look = await lookAtAll(subject, options);
    const { pending } = look.totals;
    const atMs = now().getTime();
    const isStuck = earlier === undefined || pending >= earlier.pending;
    if (nudge && pending > 0 && isStuck) await nudgeHost(subject, options);
    const isOver = wait === undefined || pending === 0 || atMs - startedAtMs >= wait.timeoutMs || signal.aborted;
    if (isOver) return sealProof(claimsOf(subject, options, { look, lifecycle: fileSystem.lifecycle }));
    const etaMs = earlier === undefined ? undefined : remainingMs(earlier, { pending, atMs });
    reporter({ type: 'waiting', pending, queueAgeSeconds: look.queueAgeSeconds ?? null, ...(etaMs && { etaMs }) });
    earlier = { pending, atMs };
    await sleep(Math.max(wait.intervalMs, atMs - look.beganAt.getTime()));
  }
}

/** What remains, at the pace since the look before; undefined where there was none. */
function remainingMs(
  before: { readonly pending: number; readonly atMs: number },
  { pending, atMs }: { readonly pending: number; readonly atMs: number },
): number | undefined {
  const done = before.pending - pending;
  return done <= 0 ? undefined : (pending * (atMs - before.atMs)) / done;
}

interface Look {
  readonly beganAt: Date;
  readonly totals: ReturnType<Tally['totals']>;
  /** Null: CloudWatch had no value. Undefined: it could not be read. */
  readonly queueAgeSeconds: number | null | undefined;
  readonly isLogRead: boolean;
}

async function lookAtAll(subject: ProofSubject, options: ProofOptions): Promise<Look> {
  const { account, outputs } = subject;
  const { reporter, now, findingsFile } = options;
  const beganAt = now();
  const fileSystemId = outputs.file_system.id;
  const queueAgeSeconds = await account.exportQueueAge(fileSystemId, beganAt);
  const log = await account.repositoryLog({ fileSystemId, logGroup: outputs.log_group });
  for (const { code, message, time } of log?.general ?? [])
    reporter({ type: 'warning', message: `FSx, ${time.toISOString()}: ${code === '' ? '' : `${code}: `}${message}` });
  const tally = new Tally();
  const file = await FindingsFile.create(findingsFile);
  try {
    for (const association of outputs.associations) {
      for await (const judged of lookAt(subject, association, { options, log })) {
        tally.add(judged);
        const findings = judged.flatMap((each) => each.findings);
        await file.write(association.file_system_path, findings);
        reporter({ type: 'progress', association: association.file_system_path, totals: tally.totals() });
      }
    }
  } finally {
    await file.close();
  }
  const totals = tally.totals();
  reporter({ type: 'look', totals, shown: tally.shown, findingsFile });
  return { beganAt, totals, queueAgeSeconds, isLogRead: log !== undefined };
}

type Association = Outputs['associations'][number];

/** Everything under one association, judged, in batches. */
export async function* lookAt(
  subject: ProofSubject,
  association: Association,
  {
    options,
    log,
  }: {
    readonly options: Pick<ProofOptions, 'depth' | 'withSource' | 'signal'>;
    readonly log: RepositoryLog | undefined;
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
    yield* compareSides(sides, { keyPrefix, asksEveryObject: options.depth !== 'listing' });
  } catch (error) {
    throw error instanceof Error && '$metadata' in error ? awsFailure(error, `s3 on ${bucket}`) : error;
  }
}

export function treeOf(subject: ProofSubject, association: Association, signal: AbortSignal): HostTree {
  const { connection, layout, migration } = subject;
  const mountPoint = layout.standInForMount ?? migration.host.mountPoint;
  return { connection, layout, root: posix.join(mountPoint, association.file_system_path), signal };
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

async function nudgeHost(subject: ProofSubject, { findingsFile, reporter, signal }: ProofOptions): Promise<void> {
  for (const association of subject.outputs.associations) {
    const path = association.file_system_path;
    const files = async function* () {
      for await (const findings of readFindings(findingsFile)) {
        yield findings
          .filter((finding) => finding.association === path && finding.isPending === true)
          .map(({ path: name, sizeBytes = 0, mtimeMs = 0 }) => ({ path: name, sizeBytes, mtimeMs }));
      }
    };
    const counts = await requestOfHost(treeOf(subject, association, signal), 'archive', files());
    if (counts.files + counts.refused > 0) reporter({ type: 'nudged', association: path, counts });
  }
}

function claimsOf(
  { migration, outputs }: ProofSubject,
  { depth, withSource }: ProofOptions,
  { look, lifecycle }: { readonly look: Look; readonly lifecycle: string | null },
): ProofClaims {
  const { fileSystem, findings, source, bucket, failures } = look.totals;
  return {
    version: 1,
    migration: migration.name,
    createdAt: look.beganAt.toISOString(),
    fileSystem: { id: outputs.file_system.id, region: outputs.region, lifecycle },
    associations: outputs.associations.map((each) => ({
      id: each.id,
      fileSystemPath: each.file_system_path,
      dataRepositoryPath: each.data_repository_path,
    })),
    counts: { ...fileSystem, ...findings },
    source: withSource ? source : null,
    bucket,
    depth,
    exportQueue: {
      oldestMessageAgeSeconds: look.queueAgeSeconds ?? null,
      failures: look.isLogRead ? failures : null,
    },
  };
}
