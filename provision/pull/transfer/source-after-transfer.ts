/**
 * sourceAfterTransfer DELETE and MOVE: what happens to a file at the source once it is here.
 *
 *     the file was verified and renamed into place (transfer.ts)
 *     its directory is synced, and those above it: a power cut cannot take it away again
 *     LSTAT: a regular file (no link) of the very size and time that was transferred
 *     REMOVE, or RENAME into `moveTo` with the path it has beneath the root; what is there already is never replaced: it is looked for first,
 *     because many servers replace it where the draft (section 6.5) has them refuse
 *
 * A file that cannot be taken away is transferred all the same, and failed beside: the next run tries again.
 */
import { SluiceError } from '../../core/errors';
import { failed, type Outcome } from '../record/outcomes';
import { SftpStatusError, statusNoSuchFile } from '../sftp/errors';
import type { SftpSession } from '../sftp/session';
import { childOf, showPath } from '../sftp/source-path';
import { mayBeFile } from '../source/classify';
import type { FileTask } from './compare';
import type { TransferOptions } from './transfer-options';

type Transferred = Extract<Outcome, { kind: 'transferred' }>;

/** `task.file` is the version that was transferred. */
export async function afterTransfer(
  transferred: Transferred,
  task: FileTask,
  options: TransferOptions,
): Promise<readonly Outcome[]> {
  const { sourceAfterTransfer } = options;
  if (sourceAfterTransfer === 'KEEP') return [transferred];
  try {
    await task.directory.makeDurable();
    await takeAway(task, options);
    return [{ ...transferred, atSource: sourceAfterTransfer === 'DELETE' ? 'deleted' : 'moved' }];
  } catch (error) {
    if (options.signal.aborted) return [transferred];
    return [transferred, failed(task.path, notTakenAway(error, sourceAfterTransfer))];
  }
}

async function takeAway(task: FileTask, { pool, sourcePath, moveTo }: TransferOptions): Promise<void> {
  let isSecondTry = false;
  await pool.use(async (session) => {
    // A connection lost after the request was sent leaves open whether it was obeyed.
    const mayBeGone = isSecondTry;
    isSecondTry = true;
    try {
      await checkUnchanged(session, task);
      if (moveTo === undefined) await session.removeFile(task.sourcePath);
      else await moveFile(session, task.sourcePath, { root: Buffer.from(sourcePath), folder: Buffer.from(moveTo) });
    } catch (error) {
      if (!(mayBeGone && error instanceof SftpStatusError && error.status === statusNoSuchFile)) throw error;
    }
  });
}

async function checkUnchanged(session: SftpSession, { sourcePath, file }: FileTask): Promise<void> {
  const now = await session.lstat(sourcePath);
  if (mayBeFile(now) && now.sizeBytes === file.sizeBytes && now.mtimeSeconds === file.mtimeSeconds) return;
  throw new SluiceError('it changed at the source since it was transferred', {
    code: 'SOURCE_CHANGED',
    hint: 'The next run transfers the new version.',
  });
}

interface Move {
  readonly root: Buffer;
  readonly folder: Buffer;
}

async function moveFile(session: SftpSession, from: Buffer, { root, folder }: Move): Promise<void> {
  const names = splitPath(from.subarray(root.length));
  let directory = folder;
  await makeDirectory(session, directory);
  for (const name of names.slice(0, -1)) {
    directory = childOf(directory, name);
    await makeDirectory(session, directory);
  }
  const to = childOf(directory, names[names.length - 1] as Buffer);
  if (await isThere(session, to))
    throw new SluiceError(`${showPath(to)} is there already`, { code: 'SOURCE_NOT_MOVED' });
  await session.rename(from, to);
}

async function isThere(session: SftpSession, path: Buffer): Promise<boolean> {
  try {
    await session.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof SftpStatusError && error.status === statusNoSuchFile) return false;
    throw error;
  }
}

/** Made by another file's move at the same time, or there for long: both are right. */
async function makeDirectory(session: SftpSession, path: Buffer): Promise<void> {
  try {
    await session.makeDirectory(path);
  } catch (error) {
    if (!(error instanceof SftpStatusError)) throw error;
    await session.lstat(path).catch(() => {
      throw error;
    });
  }
}

function splitPath(path: Buffer): Buffer[] {
  const names: Buffer[] = [];
  let start = 0;
  for (let at = 0; at <= path.length; at += 1) {
    if (at < path.length && path[at] !== 0x2f) continue;
    if (at > start) names.push(path.subarray(start, at));
    start = at + 1;
  }
  return names;
}

function notTakenAway(error: unknown, action: 'DELETE' | 'MOVE'): SluiceError {
  const cause = error instanceof Error ? error.message : String(error);
  const verb = action === 'DELETE' ? 'deleted' : 'moved';
  return new SluiceError(`it was transferred, but could not be ${verb} at the source: ${cause}`, {
    code: action === 'DELETE' ? 'SOURCE_NOT_DELETED' : 'SOURCE_NOT_MOVED',
    hint: `Let this user write to the directory at the source${action === 'MOVE' ? ', and make room for it in moveTo' : ''}; the next run tries again.`,
    cause: error,
  });
}
