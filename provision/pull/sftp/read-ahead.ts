/**
 * The bytes of an open remote file in order, with many READs outstanding. One byte more than expected is asked for, so that
 * growth shows without another stat; an end before the expected size shows shrinking.
 */
import type { Handle, SftpSession } from './session';

/** Most READs outstanding for one file, OpenSSH's sftp client's own number, and most bytes: 16 MiB. */
const mostRequests = 64;
const mostBytes = 16 * 1024 * 1024;

export interface ReadRange {
  /** First byte wanted. */
  readonly offset: number;
  /** Size the file should have. Chunks may sum to one more byte than is left of it (grown) or to fewer (shrunk). */
  readonly sizeBytes: number;
}

interface Piece {
  readonly offset: number;
  readonly length: number;
  readonly data: Promise<Buffer | undefined>;
}

/** Chunks in file order. A chunk is good until the next one is asked for. Rejects as `SftpSession.read` does. */
export async function* readAhead(session: SftpSession, handle: Handle, range: ReadRange): AsyncGenerator<Buffer> {
  const end = range.sizeBytes + 1;
  const window = Math.max(1, Math.min(mostRequests, Math.floor(mostBytes / session.readBytes)));
  const pieces: Piece[] = [];
  let next = range.offset;
  const ask = (offset: number, length: number): Piece => {
    const data = session.read(handle, offset, length);
    // Awaited in its turn; until then a lost session must not count as unhandled.
    data.catch(() => undefined);
    return { offset, length, data };
  };
  for (;;) {
    while (pieces.length < window && next < end) {
      const length = Math.min(session.readBytes, end - next);
      pieces.push(ask(next, length));
      next += length;
    }
    const piece = pieces.shift();
    if (piece === undefined) return;
    const data = await piece.data;
    if (data === undefined) return;
    const reached = piece.offset + data.length;
    // A short read is no end of file (draft, section 6.4): the rest is asked for before going on.
    if (data.length < piece.length && reached < range.sizeBytes) {
      session.limitReads(data.length);
      pieces.unshift(ask(reached, piece.length - data.length));
    }
    yield data;
  }
}
