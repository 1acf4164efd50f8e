/**
 * The proof of export: looks at every association until nothing is pending, or once.
 *
 *     look      see that the host shows all of the file system (mounted.ts), and what lies outside the associations (outside.ts); compare the
 *               sides (compare-sides.ts); everything that is not proven goes to findings.ndjson
 *     nudge     where asked: `lfs hsm_archive` for what stays behind, on the first look and whenever a look brought nothing new
 *     wait      where asked: as long as something is pending that an association may still export, and until the time is over; then look
 *               again, at everything
 *     seal      the last look's counts, and the conclusion
 */
import type { Reporter } from '../../provision/core/reporter';
import { plural } from '../../provision/core/units';
import { assertAssociationBuilt } from '../provision/association-built';
import { assertCurrentJob } from '../pull/job-on-host';
import type { ProofEvent } from './events';
import { FindingsFile, readFindings } from './findings-file';
import { requestOfHost } from './host-inventory';
import { queuedSince } from './judge';
import { type LookOptions, lookAt, type ProofSubject, treeOf } from './look-at';
import { assertMounted } from './mounted';
import { onceEach } from './once-each';
import { findOutside } from './outside';
import { type Proof, type ProofClaims, sealProof } from './proof';
import { Tally } from './tally';

export interface ProofOptions extends LookOptions {
  readonly nudge: boolean;
  /** Undefined: one look. */
  readonly wait?: { readonly timeoutMs: number; readonly intervalMs: number };
  readonly findingsFile: string;
  readonly reporter: Reporter<ProofEvent>;
  readonly now: () => Date;
  /** Ends early, without an error, once the signal is aborted. */
  readonly sleep: (durationMs: number) => Promise<void>;
  /** What a first look will find on the file system, where that is known: passed on, no part of the proof. */
  readonly expectedFiles?: number | undefined;
}

/** Resolves with the proof, whatever it says. Rejects where a side cannot be read. */
export async function proveExport(subject: ProofSubject, options: ProofOptions): Promise<Proof> {
  const { reporter, now, wait, nudge, sleep, signal } = options;
  // Compared with what is not built, the source would be compared with nothing, and nothing be missed.
  if (options.withSource) assertAssociationBuilt(subject, '--no-source leaves the source out');
  const warn = onceEach((message) => reporter({ type: 'warning', message }));
  const startedAtMs = now().getTime();
  let earlier: { readonly pending: number; readonly atMs: number } | undefined;
  let { expectedFiles } = options;
  for (let count = 1; ; count += 1) {
    const lookedAtMs = now().getTime();
    const fileSystem = await subject.account.fileSystem(subject.outputs);
    for (const trouble of fileSystem.troubles) warn(trouble);
    reporter({ type: 'comparing', look: count, ...(expectedFiles !== undefined && { expectedFiles }) });
    const look = await lookAtAll(subject, options);
    const { pending } = look.totals;
    expectedFiles = look.totals.fileSystem.files;
    const atMs = now().getTime();
    const isStuck = earlier === undefined || pending >= earlier.pending;
    const exporting = subject.outputs.associations.filter(({ id }) => !fileSystem.ended.includes(id));
    const isHopeless = exporting.every(({ id }) => look.pendingIn.get(id) === 0);
    if (isHopeless && pending > 0 && (wait !== undefined || nudge))
      reporter({ type: 'warning', message: hopeless(pending) });
    if (nudge && !isHopeless && isStuck) await nudgeHost(subject, options, pending);
    const isOver = wait === undefined || isHopeless || atMs - startedAtMs >= wait.timeoutMs || signal.aborted;
    if (isOver) return sealProof(claimsOf(subject, options, { look, lifecycle: fileSystem.lifecycle }));
    const etaMs = earlier === undefined ? undefined : remainingMs(earlier, { pending, atMs });
    reporter({ type: 'waiting', pending, queueAgeSeconds: look.queueAgeSeconds ?? null, ...(etaMs && { etaMs }) });
    earlier = { pending, atMs };
    await sleep(Math.max(wait.intervalMs, atMs - lookedAtMs));
  }
}

function hopeless(pending: number): string {
  return `no association exports what is pending any more (${plural(pending, 'entry', 'entries')}): it is neither waited for nor nudged`;
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
  /** By AWS's clock. */
  readonly beganAt: Date;
  readonly totals: ReturnType<Tally['totals']>;
  /** How many of the pending entries lie in an association, by its id. */
  readonly pendingIn: ReadonlyMap<string, number>;
  /** Null: CloudWatch had no value. Undefined: it could not be read. */
  readonly queueAgeSeconds: number | null | undefined;
  readonly isLogRead: boolean;
}

async function lookAtAll(subject: ProofSubject, options: ProofOptions): Promise<Look> {
  const { account, outputs } = subject;
  const { reporter, findingsFile } = options;
  const fileSystemId = outputs.file_system.id;
  const queueAgeSeconds = await account.exportQueueAge(fileSystemId);
  // Behind that answer, which set AWS's clock: `destroy` asks CloudWatch for what was written since.
  const beganAt = account.now();
  const log = await account.repositoryLog({ fileSystemId, logGroup: outputs.log_group });
  for (const { code, message, time } of log?.general ?? [])
    reporter({ type: 'warning', message: `FSx, ${time.toISOString()}: ${code === '' ? '' : `${code}: `}${message}` });
  const queue = {
    queuedSinceMs: queuedSince(beganAt.getTime(), queueAgeSeconds),
    isExporting: (queueAgeSeconds ?? 0) > 0,
  };
  const tally = new Tally();
  const pendingIn = new Map<string, number>();
  const file = await FindingsFile.create(findingsFile);
  try {
    await assertMounted(subject, { signal: options.signal, undone: 'nothing was proven' });
    if (options.withSource) await assertCurrentJob(subject, 'nothing was proven');
    const outside = await findOutside(subject, options.signal);
    tally.addFindings(outside);
    await file.write('/', outside);
    for (const association of outputs.associations) {
      const before = tally.totals().pending;
      for await (const judged of lookAt(subject, association, { options, log, queue })) {
        tally.add(judged);
        const findings = judged.flatMap((each) => each.findings);
        await file.write(association.file_system_path, findings);
        reporter({ type: 'progress', association: association.file_system_path, totals: tally.totals() });
      }
      pendingIn.set(association.id, tally.totals().pending - before);
    }
    await file.finish();
  } finally {
    await file.discard();
  }
  const totals = tally.totals();
  reporter({ type: 'look', totals, shown: tally.shown, findingsFile });
  return { beganAt, totals, pendingIn, queueAgeSeconds, isLogRead: log !== undefined };
}

async function nudgeHost(
  subject: ProofSubject,
  { findingsFile, reporter, signal }: ProofOptions,
  pending: number,
): Promise<void> {
  let asked = 0;
  reporter({ type: 'nudging', asked, pending });
  for (const association of subject.outputs.associations) {
    const path = association.file_system_path;
    const files = async function* () {
      for await (const findings of readFindings(findingsFile)) {
        const pendingHere = findings.filter((finding) => finding.association === path && finding.isPending === true);
        // Without a size: a link or a directory, which Lustre archives nothing of.
        const requests = pendingHere.flatMap(({ path: name, sizeBytes, mtimeMs = 0 }) =>
          sizeBytes === undefined ? [] : [{ path: name, sizeBytes, mtimeMs }],
        );
        yield requests;
        asked += requests.length;
        reporter({ type: 'nudging', asked, pending });
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
  const { fileSystem, findings, source, bucket, failures, withoutDigest } = look.totals;
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
    counts: { ...fileSystem, ...findings, ...(depth === 'content' && { withoutDigest }) },
    source: withSource ? source : null,
    bucket,
    depth,
    exportQueue: {
      oldestMessageAgeSeconds: look.queueAgeSeconds ?? null,
      failures: look.isLogRead ? failures : null,
    },
  };
}
