/**
 * The bytes of a remote file in order, with many READs outstanding, on one connection or several. One byte more than expected is asked
 * for, so that growth shows without another stat; an end before the expected size shows shrinking.
 *
 *     the file is cut into stripes; each goes to the connection with the least asked of it
 *     while the connection's window, and the budget of all, have room: ask for the next piece
 *     the oldest piece is awaited and given out, whichever connection it came over
 *
 * Given out in order, a file on disk is always whole up to its length: no record of ranges, and a cut transfer goes on at the length.
 */
import { freeAtOnce } from './free-memory';
import type { Handle } from './open-handles';
import type { ReadBudget } from './read-budget';
import type { SftpSession } from './session';

/** A run of READs that one connection gets: enough for a server's own reading ahead. */
const stripeBytes = 2 * 1024 * 1024;
const batchBytes = 1024 * 1024;

export interface ReadRange {
  /** First byte wanted. */
  readonly offset: number;
  /** Size the file should have. Chunks may sum to one more byte than is left of it (grown) or to fewer (shrunk). */
  readonly sizeBytes: number;
}

/** The file, open on one connection. */
export interface ReadSource {
  readonly session: SftpSession;
  readonly handle: Handle;
}

export interface ReadAheadOptions {
  readonly budget: ReadBudget;
  /** Asked when a source has all it takes, or the budget is spent: one more, soon, or undefined. The caller closes it. */
  readonly another?: () => Promise<ReadSource | undefined> | undefined;
}

interface OpenSource extends ReadSource {
  askedBytes: number;
}

function hasRoomFor({ session, askedBytes }: OpenSource, leftBytes: number): boolean {
  return session.windowBytes - askedBytes >= Math.min(batchBytes, session.windowBytes / 4, leftBytes);
}

interface Piece {
  readonly source: OpenSource;
  readonly offset: number;
  readonly length: number;
  readonly data: Promise<Buffer | undefined>;
}

/** Chunks in file order. A chunk is good until the next one is asked for. Rejects as `SftpSession.read` does. */
export async function* readAhead(
  first: ReadSource,
  range: ReadRange,
  { budget, another }: ReadAheadOptions,
): AsyncGenerator<Buffer> {
  const end = range.sizeBytes + 1;
  const sources: OpenSource[] = [{ ...first, askedBytes: 0 }];
  const pieces: Piece[] = [];
  let next = range.offset;
  let source = sources[0] as OpenSource;
  let stripeEnd = next;
  let isJoining = false;

  const ask = (from: OpenSource, offset: number, length: number): Piece => {
    const data = from.session.read(from.handle, offset, length);
    // Awaited in its turn; until then a lost session must not count as unhandled.
    data.catch(() => undefined);
    from.askedBytes += length;
    return { source: from, offset, length, data };
  };
  const join = (): void => {
    const joining = isJoining ? undefined : another?.();
    if (joining === undefined) return;
    isJoining = true;
    joining.then(
      (more) => {
        isJoining = false;
        if (more !== undefined) sources.push({ ...more, askedBytes: 0 });
      },
      // One connection fewer, for the rest of this file: the others do without it.
      () => undefined,
    );
  };
  const fill = (): void => {
    // Several at a time: a write to the network costs as much as a READ's bytes do.
    if (pieces.length > 0 && !sources.some((each) => hasRoomFor(each, end - next))) return;
    while (next < end) {
      if (next >= stripeEnd) {
        source = sources.reduce((least, each) => (each.askedBytes < least.askedBytes ? each : least));
        stripeEnd = next + stripeBytes;
      }
      const length = Math.min(source.session.readBytes, end - next, stripeEnd - next);
      const isFull = source.askedBytes + length > source.session.windowBytes;
      const isRefused = pieces.length > 0 && (isFull || !budget.take(length));
      if (isFull || isRefused) join();
      if (isRefused) return;
      if (pieces.length === 0) budget.force(length);
      pieces.push(ask(source, next, length));
      next += length;
    }
  };
  try {
    for (;;) {
      fill();
      const piece = pieces[0];
      if (piece === undefined) return;
      const data = await piece.data;
      pieces.shift();
      piece.source.askedBytes -= piece.length;
      budget.give(piece.length);
      if (data === undefined) return;
      const reached = piece.offset + data.length;
      // A short read is no end of file (draft, section 6.4): the rest is asked for before going on.
      if (data.length < piece.length && reached < range.sizeBytes) {
        piece.source.session.limitReads(data.length);
        budget.force(piece.length - data.length);
        pieces.unshift(ask(piece.source, reached, piece.length - data.length));
      }
      yield data;
      freeAtOnce(data);
    }
  } finally {
    for (const { length } of pieces) budget.giveUp(length);
  }
}
