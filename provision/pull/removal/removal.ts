/**
 * preserveDeletedFiles REMOVE, its second half:
 *
 *     a listing failed, or the run stopped early -> nothing is removed
 *     more than removalLimit                     -> nothing is removed, and the run fails
 *     else, entry by entry: LSTAT the source once more; only "no such file" removes it here
 *
 * Directories keep the times they had. One that is not empty (a filter keeps something in it) stays.
 */
import * as fs from 'node:fs';
import { SluiceError } from '../../core/errors';
import { linesOf } from '../../core/lines';
import { formatCount } from '../../core/units';
import type { Disk } from '../destination/disk';
import type { LocalDirectory } from '../destination/local-directory';
import { failed, interrupted, isFatal, type Outcome } from '../record/outcomes';
import { SftpStatusError, statusNoSuchFile } from '../sftp/errors';
import type { EncodeName } from '../sftp/filename';
import type { SessionPool } from '../sftp/session-pool';
import { childOf } from '../sftp/source-path';
import { isWithinLimit, parseRemovalLimit } from './removal-limit';
import type { ExtraEntry, RemovalPlan } from './removal-plan';

/** Looked up at the source at one time. */
const batchEntries = 256;

/** Why nothing is removed, or undefined where everything may be. */
export function removalRefusal(
  plan: RemovalPlan,
  limit: number | string,
): Extract<Outcome, { kind: 'skipped' | 'failed' }> | undefined {
  if (plan.isSpoiled) {
    return {
      kind: 'skipped',
      path: '.',
      reason: 'nothing is removed at the destination: a listing failed, and what is missing from it may be there',
    };
  }
  if (isWithinLimit(plan.extraFiles, plan.localFiles, parseRemovalLimit(limit))) return undefined;
  const { extraFiles, localFiles } = plan;
  const error = new SluiceError(
    `${formatCount(extraFiles)} of ${formatCount(localFiles)} files at the destination are gone at the source, more than removalLimit ${limit} lets one run remove`,
    {
      code: 'REMOVAL_LIMIT',
      hint: 'Look at the source: is it the right directory, and whole? If they shall go, raise removalLimit for one run.',
    },
  );
  return failed('.', error);
}

export interface RemovalOptions {
  readonly root: LocalDirectory;
  readonly disk: Disk;
  readonly pool: SessionPool;
  /** The source's root, as the server names it. */
  readonly sourcePath: string;
  /** Names as the server has them. */
  readonly encode: EncodeName;
  readonly signal: AbortSignal;
  /** Throws where the destination's mount is gone. */
  readonly checkMount: () => void;
}

/** Removes what the file lists (`ExtraEntry`, one a line). */
export async function* removeExtras(listFile: string, options: RemovalOptions): AsyncGenerator<Outcome> {
  let batch: ExtraEntry[] = [];
  for await (const lines of linesOf(fs.createReadStream(listFile))) {
    for (const line of lines) {
      batch.push(JSON.parse(line));
      if (batch.length < batchEntries) continue;
      yield* removeBatch(batch, options);
      batch = [];
    }
  }
  yield* removeBatch(batch, options);
}

async function* removeBatch(batch: readonly ExtraEntry[], options: RemovalOptions): AsyncGenerator<Outcome> {
  const missing = [...new Set(batch.map((entry) => entry.missing))];
  const looks = await Promise.all(missing.map(async (path) => [path, await lookAgain(path, options)] as const));
  const findings = new Map(looks);
  let parent: OpenParent | undefined;
  try {
    for (const entry of batch) {
      if (options.signal.aborted) throw interrupted();
      const found = findings.get(entry.missing);
      if (found !== undefined) {
        yield { ...found, path: entry.path };
        continue;
      }
      try {
        options.checkMount();
        const [directory, name] = split(entry.path);
        if (parent?.path !== directory) {
          const before = parent;
          parent = undefined;
          yield* leave(before);
          parent = await OpenParent.open(directory, options);
        }
        const outcome = await remove(entry, parent.local.at(name), options.disk);
        if (outcome !== undefined) yield outcome;
      } catch (error) {
        if (isFatal(error)) throw error;
        yield failed(entry.path, error);
      }
    }
    const last = parent;
    parent = undefined;
    yield* leave(last);
  } finally {
    // The run is stopped: what stopped it is told.
    await parent?.close().catch(() => undefined);
  }
}

/** A directory that cannot be given back what it had is a failed entry of its own. */
async function* leave(parent: OpenParent | undefined): AsyncGenerator<Outcome> {
  try {
    await parent?.close();
  } catch (error) {
    if (isFatal(error)) throw error;
    yield failed(parent?.path ?? '', error);
  }
}

/** Undefined where the source surely does not have it. */
async function lookAgain(
  path: string,
  { pool, sourcePath, encode, signal }: RemovalOptions,
): Promise<Outcome | undefined> {
  const names = path.split('/').map(encode);
  if (!names.every((name) => name !== undefined)) {
    const reason =
      "it was missing from the listing, and cannot be asked for: its name may have other bytes in the source's encoding";
    return { kind: 'skipped', path, reason };
  }
  try {
    await pool.use((session) => session.lstat(names.reduce(childOf, Buffer.from(sourcePath))));
    return { kind: 'skipped', path, reason: 'it was missing from the listing, but the source has it: it is kept' };
  } catch (error) {
    if (error instanceof SftpStatusError && error.status === statusNoSuchFile) return undefined;
    if (signal.aborted) throw interrupted();
    if (isFatal(error)) throw error;
    return failed(path, error);
  }
}

async function remove(entry: ExtraEntry, at: string, disk: Disk): Promise<Outcome | undefined> {
  const { path, kind, sizeBytes } = entry;
  try {
    await (kind === 'directory' ? disk.rmdir(at) : disk.unlink(at));
    return { kind: 'removed', path, sizeBytes, what: kind };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (kind === 'directory' && (code === 'ENOTEMPTY' || code === 'EEXIST')) return undefined;
    throw error;
  }
}

/** The directory that entries are removed from; given back its mode and times, and synced, when it is left. */
class OpenParent {
  private constructor(
    readonly path: string,
    readonly local: LocalDirectory,
    private readonly before: fs.Stats,
    private readonly disk: Disk,
  ) {}

  static async open(path: string, { root, disk }: RemovalOptions): Promise<OpenParent> {
    const local = await root.open(path);
    const before = await disk.stat(local.fd);
    await local.makeWritable();
    return new OpenParent(path, local, before, disk);
  }

  async close(): Promise<void> {
    const { disk, local, before } = this;
    try {
      if (this.path !== '') await disk.setTimes(local.fd, before.mtimeMs / 1000);
      if ((await disk.stat(local.fd)).mode !== before.mode) await disk.chmod(local.fd, before.mode & 0o7777);
      await disk.sync(local.fd);
    } finally {
      await local.close();
    }
  }
}

function split(path: string): readonly [directory: string, name: string] {
  const at = path.lastIndexOf('/');
  return at === -1 ? ['', path] : [path.slice(0, at), path.slice(at + 1)];
}
