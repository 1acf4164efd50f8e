/**
 * Reads events.ndjson as it is: of any length, and, where the agent was killed, with a last line that ends in the middle. A line that is
 * no event is counted, never guessed at.
 */
import { createReadStream } from 'node:fs';
import type { PullEvent } from '../../provision/pull/record/events';

/** Longer than any event: a path has at most 4,096 bytes, a reason names one or two. */
const mostLineBytes = 1024 * 1024;

/**
 * Calls `take` for each event, in order; `onRead`, for each piece read, with its bytes.
 * @returns How many lines were no events.
 */
export async function readEvents(
  file: string,
  take: (event: PullEvent) => void,
  onRead?: (bytes: number) => void,
): Promise<number> {
  let damaged = 0;
  const onLine = (line: Buffer) => {
    const event = parseEvent(line.toString('utf8'));
    if (event === undefined) damaged += 1;
    else take(event);
  };
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = text.indexOf(10, start); end >= 0; end = text.indexOf(10, start)) {
      onLine(text.subarray(start, end));
      start = end + 1;
    }
    rest = text.subarray(start);
    if (rest.length > mostLineBytes) rest = rest.subarray(0, mostLineBytes);
    onRead?.(chunk.length);
  }
  if (rest.length > 0) onLine(rest);
  return damaged;
}

const types = new Set<unknown>(['state', 'entry', 'progress', 'connections', 'error'] satisfies PullEvent['type'][]);

/** Undefined where it is no event. */
export function parseEvent(line: string): PullEvent | undefined {
  try {
    const value = JSON.parse(line);
    const isEvent = types.has(value.type) && !Number.isNaN(Date.parse(value.time));
    return isEvent && (value.type !== 'entry' || typeof value.outcome?.path === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
