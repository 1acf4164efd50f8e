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

type Fields = Readonly<Record<string, 'number' | 'string'>>;

/** What is shown and counted of each type of event. */
const fields: Readonly<Record<PullEvent['type'], Fields>> = {
  state: { state: 'string' },
  entry: {},
  progress: {
    elapsedMs: 'number',
    listedFiles: 'number',
    listedBytes: 'number',
    doneFiles: 'number',
    doneBytes: 'number',
    transferredFiles: 'number',
    receivedBytes: 'number',
    failed: 'number',
  },
  connections: { connections: 'number' },
  error: {},
};

/** Of an entry, by the kind of its outcome, beside its path. A newer agent may tell of other kinds. */
const outcomeFields: Readonly<Record<string, Fields>> = {
  transferred: { sizeBytes: 'number', resumedBytes: 'number', attempts: 'number' },
  unchanged: { sizeBytes: 'number' },
  skipped: { reason: 'string' },
  failed: { code: 'string', reason: 'string' },
  removed: { sizeBytes: 'number', what: 'string' },
};

/** Undefined where it is no event. */
export function parseEvent(line: string): PullEvent | undefined {
  try {
    const value = JSON.parse(line);
    if (!Object.hasOwn(fields, value.type) || Number.isNaN(Date.parse(value.time))) return undefined;
    const isWhole = has(value, fields[value.type as PullEvent['type']]);
    return isWhole && (value.type !== 'entry' || isOutcome(value.outcome)) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isOutcome(outcome: Readonly<Record<string, unknown>> | undefined): boolean {
  return typeof outcome?.path === 'string' && has(outcome, outcomeFields[String(outcome.kind)] ?? {});
}

function has(value: Readonly<Record<string, unknown>>, wanted: Fields): boolean {
  for (const name in wanted) if (typeof value[name] !== wanted[name]) return false;
  return true;
}
