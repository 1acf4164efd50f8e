/**
 * One file, from the source to its place:
 *
 *     for up to three attempts:
 *         part     <- staging, perhaps with bytes of an interrupted run
 *         receive: READs in flight, written in order, hashed on the way; one byte too many is asked for
 *         LSTAT the source again: another size or time, or another length received -> it changed: the next attempt takes the new version
 *         fsync; time and mode
 *         verify:  read back and compare; no match -> next attempt
 *         rename into place
 *
 * A lost connection goes on at the byte reached, on another one; where the server refuses to go on, the next run does. Nothing but a
 * complete, verified file is ever seen at the destination.
 */
import { SluiceError } from '../../core/errors';
import { wantedMetadata } from '../destination/metadata';
import { failed, interrupted, isFatal, type Outcome, throwIfOfRun } from '../record/outcomes';
import { SessionLostError, SftpStatusError, statusNoSuchFile } from '../sftp/errors';
import type { SftpSession } from '../sftp/session';
import type { Attrs } from '../sftp/wire';
import { mayBeFile, statFile } from '../source/classify';
import { isYoung, stillBeingWritten } from '../source/selection';
import type { Part } from '../staging/part';
import { destinationConflict, type FileTask } from './compare';
import type { SourceFile } from './plan';
import { receive } from './receive';
import { afterTransfer } from './source-after-transfer';
import type { TransferOptions } from './transfer-options';

const maxAttempts = 3;
/** From here on a question beforehand takes nothing beside the reading, and a second reading takes long. */
const leastHugeBytes = 4 * 1024 ** 3;
/** Where the source's permissions are not known, or not wanted. */
const defaultFileMode = 0o644;

/** Never rejects for the file's own sake; rejects with a fatal error (`isFatal`) or where the run was stopped. */
export async function transferFile(task: FileTask, options: TransferOptions): Promise<readonly Outcome[]> {
  try {
    return await attemptTransfer(task, options);
  } catch (error) {
    throwIfOfRun(error, options.signal);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') await options.checkPlaces();
    return [failed(task.path, error)];
  }
}

/** What an attempt came to; `now` is the version to try next. */
type Attempt =
  | { readonly kind: 'done'; readonly sha256: string; readonly resumedBytes: number }
  | { readonly kind: 'again'; readonly now: SourceFile; readonly error: SluiceError; readonly isChange: boolean };

async function attemptTransfer(task: FileTask, options: TransferOptions): Promise<readonly Outcome[]> {
  const { readOnce, verify, listedTimes } = options;
  const settles = hasToSettle(options);
  const beganMs = options.now();
  const first = asksFirst(task, options) ? await firstVersion(task, options) : task.file;
  if (first === undefined) return [stillWritten(task.path)];
  let version = first;
  for (let attempt = 1; ; attempt += 1) {
    const result = await attemptOnce(task, version, options);
    if (result.kind === 'done') {
      const { sha256, resumedBytes } = result;
      const { sizeBytes } = version;
      const durationMs = Math.round(options.now() - beganMs);
      const { path } = task;
      return afterTransfer(
        { kind: 'transferred', path, sizeBytes, sha256, resumedBytes, attempts: attempt, durationMs, verified: verify },
        { ...task, file: version },
        options,
      );
    }
    if (settles && result.isChange) return [stillWritten(task.path)];
    if (attempt === maxAttempts || readOnce) throw result.error;
    options.onRetry();
    if (result.isChange && result.now.sizeBytes === version.sizeBytes) listedTimes.areExact = false;
    version = result.now;
  }
}

/** Where the source's times are not kept: one that is still to come would have every run until then take the file for newer. */
function timeToCome({ mtimeSeconds }: SourceFile, { settle }: TransferOptions): number | undefined {
  return mtimeSeconds > settle.nowSeconds() ? mtimeSeconds : undefined;
}

function hasToSettle({ settle }: TransferOptions): boolean {
  return settle.settleTimeSeconds > 0;
}

/** Whether the source is looked at before it is read: a time that was listed too coarsely would have it read twice. */
function asksFirst({ file }: FileTask, options: TransferOptions): boolean {
  if (hasToSettle(options)) return true;
  return !options.readOnce && (!options.listedTimes.areExact || file.sizeBytes >= leastHugeBytes);
}

/**
 * The version to take, as the source has it by now. Undefined where it has to settle, and is still written to: it is another one than the
 * listing told. Only its time may be another if that is old enough: some servers list times more coarsely. Where nobody can say, an earlier
 * run's part stays as it is.
 */
async function firstVersion(task: FileTask, options: TransferOptions): Promise<SourceFile | undefined> {
  const { path, file } = task;
  const { pool, staging, settle, listedTimes } = options;
  const now = await pool
    .use((session) => statFile(session, task))
    .catch((error: unknown) => {
      if (error instanceof SessionLostError || isRefusal(error)) staging.leave({ path, ...file });
      throw error;
    });
  const version = versionOf(now);
  const settles = hasToSettle(options);
  if (version.sizeBytes !== file.sizeBytes) return settles ? undefined : version;
  listedTimes.areExact = version.mtimeSeconds === file.mtimeSeconds;
  if (listedTimes.areExact) return file;
  return settles && isYoung(version.mtimeSeconds, settle) ? undefined : version;
}

/** How far it came on the newest connection. */
type Stage = 'not begun' | 'opening' | 'reading';

async function attemptOnce(task: FileTask, version: SourceFile, options: TransferOptions): Promise<Attempt> {
  const part = await options.staging.part({ path: task.path, ...version });
  // What a server gives only once may be the only copy.
  let fate: 'removed' | 'kept' | 'set aside' = options.readOnce ? 'kept' : 'removed';
  let stage = 'not begun' as Stage;
  const work = (session: SftpSession) => {
    if (stage !== 'not begun') {
      if (options.readOnce) throw cutOff(part);
      options.onRetry();
    }
    stage = 'opening';
    const onOpen = () => {
      stage = 'reading';
    };
    return receive(session, task, { part, version, options, onOpen });
  };
  try {
    const after = await options.pool.use(work, { progress: () => part.sizeBytes, isFile: true });
    const change =
      after === undefined ? lengthProblem(version, part, options) : changeOf(version, after, part.sizeBytes);
    if (change !== undefined) return change;
    const wanted = wantedMetadata(version, options.metadata);
    const { sha256, isAsWritten } = await part.complete({
      ...wanted,
      mode: wanted.mode ?? defaultFileMode,
      mtimeSeconds: wanted.mtimeSeconds ?? timeToCome(version, options),
    });
    if (!isAsWritten) {
      if (options.readOnce) fate = 'set aside';
      return { kind: 'again', now: version, error: notVerified(part, options.readOnce), isChange: false };
    }
    // A stop comes too late for a file that no later run can list.
    if (options.signal.aborted && !options.readOnce) throw interrupted();
    options.checkMount();
    await task.directory.makeWritable();
    options.onDigest(task.path, sha256);
    await part.moveTo((await task.directory.open()).at(task.name)).catch(explainDirectory);
    fate = 'kept';
    return { kind: 'done', sha256, resumedBytes: part.resumedBytes };
  } catch (error) {
    // What stopped the run, the connection or the server says nothing against the bytes received: the next run goes on with them.
    if (options.signal.aborted || isFatal(error) || error instanceof SessionLostError) fate = 'kept';
    if (isRefusal(error) && part.sizeBytes > 0 && !(stage === 'reading' && isStuck(part, version))) fate = 'kept';
    // A full disk may refuse even the record of it; what is written is there all the same, for this boot.
    if (fate === 'kept') await part.secure().catch(() => undefined);
    throw error;
  } finally {
    await part.close();
    if (fate === 'removed') await part.remove();
    if (fate === 'set aside') await part.setAside();
  }
}

/** It came while the file was on its way: nothing was there, or a file. */
function explainDirectory(error: NodeJS.ErrnoException): never {
  if (error.code !== 'EISDIR') throw error;
  const hint = 'Look whether the server lists a file and a directory of this name, or who made the directory.';
  throw destinationConflict('a directory', 'a file', hint);
}

/** The server would not do what was asked of a file that, for all it says, is still there. */
function isRefusal(error: unknown): boolean {
  return error instanceof SftpStatusError && error.status !== statusNoSuchFile;
}

/** An earlier run's bytes, and none of this one: a server that cannot read on from the middle must be asked from the start. */
function isStuck({ sizeBytes, resumedBytes }: Part, version: SourceFile): boolean {
  return sizeBytes === resumedBytes && sizeBytes < version.sizeBytes;
}

/** As the source has it now. Throws where it is no file, or the server does not tell what it listed. */
function versionOf(after: Attrs): SourceFile {
  const { sizeBytes, mtimeSeconds, mode, uid, gid } = after;
  if (!mayBeFile(after)) {
    throw new SluiceError('it was a file when it was listed and is none any more', {
      code: 'SOURCE_CHANGED',
      retryable: true,
      hint: 'Run again: it is listed as what it is by now.',
    });
  }
  if (sizeBytes === undefined || mtimeSeconds === undefined) {
    const untold = sizeBytes === undefined ? 'size' : 'time';
    throw new SluiceError(
      `the server lists its ${untold} and does not tell it when asked: nobody can say whether it changes while it is read`,
      { code: 'ATTRIBUTES_MISSING', hint: 'Ask the owner of the server; access READ_ONCE does not ask again.' },
    );
  }
  return { sizeBytes, mtimeSeconds, mode, uid, gid };
}

function changeOf(version: SourceFile, after: Attrs, receivedBytes: number): Attempt | undefined {
  const now = versionOf(after);
  const isSameVersion = now.sizeBytes === version.sizeBytes && now.mtimeSeconds === version.mtimeSeconds;
  if (isSameVersion && receivedBytes === version.sizeBytes) return undefined;
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
  return { kind: 'again', now, error, isChange: !isSameVersion };
}

/** Where the source may not be looked at again, the number of bytes is all there is to compare. */
function lengthProblem(version: SourceFile, part: Part, { readOnce }: TransferOptions): Attempt | undefined {
  if (!readOnce || part.sizeBytes === version.sizeBytes) return undefined;
  const error = new SluiceError(
    `the server listed ${version.sizeBytes} bytes and sent ${part.sizeBytes}; it cannot be read again`,
    { code: 'SIZE_MISMATCH', hint: `What arrived is kept in ${part.shownPath}.` },
  );
  return { kind: 'again', now: version, error, isChange: false };
}

function cutOff(part: Part): SluiceError {
  return new SluiceError('the connection was lost while it was read, and the server gives it only once', {
    code: 'READ_ONCE_CUT_OFF',
    hint: `If it is still at the source, run again. The ${part.sizeBytes} bytes that arrived are kept in ${part.shownPath}.`,
  });
}

function stillWritten(path: string): Outcome {
  return { kind: 'skipped', path, reason: stillBeingWritten };
}

function notVerified(part: Part, isKept: boolean): SluiceError {
  const kept = isKept ? ` What is there is kept in ${part.asidePath}.` : '';
  return new SluiceError('what was written is not what was received: read back, it differs', {
    code: 'VERIFY_FAILED',
    retryable: true,
    hint: `Look at the destination's storage and memory for errors.${kept}`,
  });
}
