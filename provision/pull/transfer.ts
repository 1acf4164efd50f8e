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
import { type FileTask, sourcePathOf } from './compare';
import { permissionBits } from './directory-work';
import type { Disk } from './disk';
import { failed, interrupted, isFatal, type Outcome } from './outcomes';
import type { Part } from './part';
import type { SourceFile } from './plan';
import { SessionLostError } from './sftp/errors';
import { type ReadSource, readAhead } from './sftp/read-ahead';
import type { ReadBudget } from './sftp/read-budget';
import type { SftpSession } from './sftp/session';
import type { Loan, SessionPool } from './sftp/session-pool';
import type { Attrs } from './sftp/wire';
import type { Staging } from './staging';

const maxAttempts = 3;
/** For a server that tells no permissions. */
const defaultFileMode = 0o644;

export interface TransferOptions {
  readonly pool: SessionPool;
  readonly budget: ReadBudget;
  readonly staging: Staging;
  readonly disk: Disk;
  readonly sourcePath: string;
  readonly verify: boolean;
  /** See `Guarantees`. */
  readonly secondStat: boolean;
  readonly signal: AbortSignal;
  /** Told of bytes as they arrive. */
  readonly onBytes: (count: number) => void;
  /** Throws where the destination's mount is gone. */
  readonly checkMount: () => void;
}

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
    throw error;
  } finally {
    await part.close();
    if (!isKept) await part.remove();
  }
}

interface Receiving {
  readonly part: Part;
  readonly version: SourceFile;
  readonly options: TransferOptions;
}

/**
 * Resolves with the source's attributes after the last byte, where they are wanted. One byte beyond the version's size is kept as the
 * sign of growth.
 */
async function receive(
  session: SftpSession,
  task: FileTask,
  { part, version, options }: Receiving,
): Promise<Attrs | undefined> {
  const path = sourcePathOf(options.sourcePath, task.path);
  const source = { session, handle: await session.openFile(path) };
  try {
    if (!(await receiveAtOnce(source, part, { version, options })))
      await receiveAhead(source, path, { part, version, options });
  } finally {
    session.close(source.handle);
  }
  if (options.secondStat) return session.lstat(path);
  return undefined;
}

/** What one READ brings needs no reading ahead. Resolves with whether that was all of the file. */
async function receiveAtOnce(
  { session, handle }: ReadSource,
  part: Part,
  { version, options }: Omit<Receiving, 'part'>,
): Promise<boolean> {
  const wanted = version.sizeBytes + 1 - part.sizeBytes;
  if (wanted > session.readBytes) return false;
  const data = await session.read(handle, part.sizeBytes, wanted);
  if (data === undefined) return true;
  options.onBytes(data.length);
  await part.append(data);
  return data.length >= wanted - 1;
}

/** Over the connection given, and over others that have nothing to do. */
async function receiveAhead(first: ReadSource, path: string, { part, version, options }: Receiving): Promise<void> {
  const loans: Loan[] = [];
  const more: ReadSource[] = [];
  let isOver = false;
  const another = () => {
    const loan = options.pool.borrow();
    if (loan === undefined) return undefined;
    loans.push(loan);
    return loan.session.openFile(path).then((handle) => {
      const source = { session: loan.session, handle };
      if (isOver) loan.session.close(handle);
      else more.push(source);
      return source;
    });
  };
  try {
    const range = { offset: part.sizeBytes, sizeBytes: version.sizeBytes };
    for await (const chunk of readAhead(first, range, { budget: options.budget, another })) {
      options.onBytes(chunk.length);
      await part.append(chunk);
    }
  } finally {
    isOver = true;
    for (const { session, handle } of more) session.close(handle);
    for (const loan of loans) loan.release();
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
