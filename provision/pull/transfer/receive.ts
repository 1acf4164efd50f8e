/** The bytes of one file, from the source into its part: many READs in flight, over the connection given and others that are idle. */

import type { Loan } from '../sftp/pool-options';
import { type ReadSource, readAhead } from '../sftp/read-ahead';
import type { SftpSession } from '../sftp/session';
import type { Attrs } from '../sftp/wire';
import { statFile } from '../source/classify';
import type { Part } from '../staging/part';
import type { FileTask } from './compare';
import type { SourceFile } from './plan';
import type { TransferOptions } from './transfer-options';

interface Receiving {
  readonly part: Part;
  readonly version: SourceFile;
  readonly options: TransferOptions;
  /** Told when the server has opened the file. */
  readonly onOpen: () => void;
}

/**
 * Resolves with the source's attributes after the last byte, where they are wanted. One byte beyond the version's size is kept as the
 * sign of growth.
 */
export async function receive(
  session: SftpSession,
  task: FileTask,
  { part, version, options, onOpen }: Receiving,
): Promise<Attrs | undefined> {
  const { sourcePath: path } = task;
  const source = { session, handle: await session.openFile(path) };
  onOpen();
  try {
    if (options.sequential) await receiveInTurn(source, part, { version, options });
    else if (!(await receiveAtOnce(source, part, { version, options })))
      await receiveAhead(source, path, { part, version, options });
  } finally {
    const closed = session.close(source.handle);
    if (options.sequential) await closed;
  }
  if (!options.secondStat || options.readOnce) return undefined;
  return statFile(session, task);
}

/** READ length that every server takes (draft, section 3). */
const inTurnBytes = 32 * 1024;

/** For servers that bear no more: one READ after another, and none beyond the end. */
async function receiveInTurn(
  { session, handle }: ReadSource,
  part: Part,
  { version, options }: Omit<Receiving, 'part' | 'onOpen'>,
): Promise<void> {
  while (part.sizeBytes < version.sizeBytes) {
    const length = Math.min(inTurnBytes, session.readBytes, version.sizeBytes - part.sizeBytes);
    const data = await session.read(handle, part.sizeBytes, length);
    if (data === undefined) return;
    options.onBytes(data.length);
    await part.append(data);
  }
}

/** What one READ brings needs no reading ahead. Resolves with whether that was all of the file. */
async function receiveAtOnce(
  { session, handle }: ReadSource,
  part: Part,
  { version, options }: Omit<Receiving, 'part' | 'onOpen'>,
): Promise<boolean> {
  const wanted = version.sizeBytes + 1 - part.sizeBytes;
  // It grew, and the connection was lost after that was seen.
  if (wanted <= 0) return true;
  if (wanted > session.readBytes) return false;
  const data = await session.read(handle, part.sizeBytes, wanted);
  if (data === undefined) return true;
  options.onBytes(data.length);
  await part.append(data);
  return data.length >= wanted - 1;
}

/** Over the connection given, and over others that have nothing to do. */
async function receiveAhead(
  first: ReadSource,
  path: Buffer,
  { part, version, options }: Omit<Receiving, 'onOpen'>,
): Promise<void> {
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
      await part.appendLent(chunk);
    }
  } finally {
    isOver = true;
    for (const { session, handle } of more) session.close(handle);
    for (const loan of loans) loan.release();
  }
}
