/**
 * One file, from the source to its place:
 *
 *     for up to three attempts:
 *         part     <- staging, perhaps with bytes of an interrupted run
 *         receive: READs in flight, written in order, hashed on the way; one byte too many is asked for
 *         LSTAT the source again: another size or time, or another length received -> it changed: the next attempt takes the new version
 *         fsync; time and mode
 *         verify:  read back and compare digests; no match -> next attempt
 *         rename into place
 *
 * A lost connection goes on at the byte reached, on another one. Nothing but a complete, verified file is ever seen at the destination.
 */
import * as fs from 'node:fs';
import { SluiceError } from '../core/errors';
import { isRegularFile } from './classify';
import type { FileTask } from './compare';
import { permissionBits } from './directory-work';
import type { Disk } from './disk';
import { failed, interrupted, isFatal, type Outcome } from './outcomes';
import type { SourceFile } from './plan';
import { receive } from './receive';
import { SessionLostError } from './sftp/errors';
import type { Attrs } from './sftp/wire';
import type { TransferOptions } from './transfer-options';

const maxAttempts = 3;
/** For a server that tells no permissions. */
const defaultFileMode = 0o644;

/** Never rejects for the file's own sake; rejects with a fatal error (`isFatal`) or where the run was stopped. */
export async function transferFile(task: FileTask, options: TransferOptions): Promise<Outcome> {
  try {
    return await attemptTransfer(task, options);
  } catch (error) {
    if (options.signal.aborted) throw interrupted();
    if (isFatal(error)) throw error;
    return failed(task.path, error);
  }
}

/** Gives an unchanged file the source's permissions. */
export async function setMode(task: Omit<FileTask, 'kind'>, mode: number, disk: Disk): Promise<Outcome> {
  try {
    const fd = await openToChange((await task.directory.open()).at(task.name), disk);
    try {
      await disk.chmod(fd, mode);
    } finally {
      await disk.close(fd);
    }
    return { kind: 'unchanged', path: task.path, sizeBytes: task.file.sizeBytes, modeChanged: true };
  } catch (error) {
    if (isFatal(error)) throw error;
    return failed(task.path, error);
  }
}

function openToChange(path: string, disk: Disk): number | Promise<number> {
  return disk.open(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
}

/** What an attempt came to; `now` is the version to try next. */
type Attempt =
  | { readonly kind: 'done'; readonly sha256: string; readonly resumedBytes: number }
  | { readonly kind: 'again'; readonly now: SourceFile; readonly error: SluiceError };

async function attemptTransfer(task: FileTask, options: TransferOptions): Promise<Outcome> {
  let version = task.file;
  for (let attempt = 1; ; attempt += 1) {
    const result = await attemptOnce(task, version, options);
    if (result.kind === 'done') {
      const { sha256, resumedBytes } = result;
      return {
        kind: 'transferred',
        path: task.path,
        sizeBytes: version.sizeBytes,
        sha256,
        resumedBytes,
        attempts: attempt,
      };
    }
    if (attempt === maxAttempts) throw result.error;
    version = result.now;
  }
}

async function attemptOnce(task: FileTask, version: SourceFile, options: TransferOptions): Promise<Attempt> {
  const part = await options.staging.part({ path: task.path, ...version });
  let isKept = false;
  try {
    const after = await options.pool.use((session) => receive(session, task, { part, version, options }), {
      progress: () => part.sizeBytes,
    });
    const change = after === undefined ? undefined : changeOf(version, after, part.sizeBytes);
    if (change !== undefined) return change;
    const sha256 = await part.digest();
    await part.complete(version.mtimeSeconds, (version.mode ?? defaultFileMode) & permissionBits);
    if (options.verify && (await part.digestOnDisk()) !== sha256)
      return { kind: 'again', now: version, error: notVerified() };
    if (options.signal.aborted) throw interrupted();
    options.checkMount();
    await task.directory.makeWritable();
    await part.moveTo((await task.directory.open()).at(task.name));
    isKept = true;
    return { kind: 'done', sha256, resumedBytes: part.resumedBytes };
  } catch (error) {
    // What stopped the run or the connection says nothing against the bytes received: the next run goes on with them.
    isKept = options.signal.aborted || isFatal(error) || error instanceof SessionLostError;
    // A full disk may refuse even the record of it; what is written is there all the same, for this boot.
    if (isKept) await part.secure().catch(() => undefined);
    throw error;
  } finally {
    await part.close();
    if (!isKept) await part.remove();
  }
}

function changeOf(version: SourceFile, after: Attrs, receivedBytes: number): Attempt | undefined {
  const { sizeBytes, mtimeSeconds, mode } = after;
  if (!isRegularFile(after) || sizeBytes === undefined || mtimeSeconds === undefined) {
    throw new SluiceError('it was a file when it was listed and is none any more', {
      code: 'SOURCE_CHANGED',
      retryable: true,
    });
  }
  const isSameVersion = sizeBytes === version.sizeBytes && mtimeSeconds === version.mtimeSeconds;
  if (isSameVersion && receivedBytes === version.sizeBytes) return undefined;
  const now = { sizeBytes, mtimeSeconds, mode };
  const error = isSameVersion
    ? new SluiceError(
        `the server says it has ${version.sizeBytes} bytes and sends ${receivedBytes > version.sizeBytes ? 'more' : receivedBytes}`,
        { code: 'SIZE_MISMATCH', hint: 'Look at the file on the server: its size there is not what can be read.' },
      )
    : new SluiceError(`it changed while it was read, ${maxAttempts} times`, {
        code: 'SOURCE_CHANGED',
        retryable: true,
        hint: 'Something still writes to it; run again when that is done.',
      });
  return { kind: 'again', now, error };
}

function notVerified(): SluiceError {
  return new SluiceError('what was written is not what was received: its digest read back differs', {
    code: 'VERIFY_FAILED',
    retryable: true,
    hint: "Look at the destination's storage and memory for errors.",
  });
}
