/**
 * Brings runs from a host, file by file: streamed, compressed on the way, into `<name>.part` and renamed when whole. What the agent writes
 * only grows at its end, so a part goes on at the byte it has, and a file of the host's size is not asked for again.
 */
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import type { Connection } from '../../provision/connection/connection';
import { atMost } from '../../provision/core/at-most';
import { messageOf, SluiceError } from '../../provision/core/errors';
import { makeDirectory } from '../../provision/core/make-directory';
import { sh } from '../../provision/core/sh';
import { formatCount } from '../../provision/core/units';
import { agentTimeoutMs } from './agent-on-host';
import { type HostRun, runFiles, runsFolder } from './host-runs';

export interface FetchOptions {
  readonly stateDirectory: string;
  /** Absolute, here; each run gets a folder in it. Made for its owner alone: the files name what was pulled. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: FetchProgress) => void;
}

export interface FetchProgress {
  readonly runs: number;
  readonly doneRuns: number;
  readonly bytes: number;
  /** What was here already counts too. */
  readonly doneBytes: number;
  /** Of this call. */
  readonly receivedBytes: number;
}

const chunkSize = 256 * 1024;
/** Small files wait for round trips only. */
const runsAtOnce = 4;

/**
 * The runs' folders here, in the order given. What was fetched stays, whatever comes after; the next call goes on there.
 * @throws SluiceError as Connection.exec does, or FETCH_FAILED.
 */
export async function fetchRuns(
  connection: Connection,
  runs: readonly HostRun[],
  { stateDirectory, folder, signal, onProgress }: FetchOptions,
): Promise<readonly string[]> {
  const stop = new AbortController();
  let failure: unknown;
  const bytes = runs.flatMap(({ sizesBytes }) => Object.values(sizesBytes)).reduce((sum, size) => sum + size, 0);
  const done = { runs: runs.length, doneRuns: 0, bytes, doneBytes: 0, receivedBytes: 0 };
  const tell = (change: { readonly here?: number; readonly received?: number }) => {
    done.doneBytes += (change.here ?? 0) + (change.received ?? 0);
    done.receivedBytes += change.received ?? 0;
    onProgress({ ...done });
  };
  const fetchRun = async ({ id, sizesBytes }: HostRun) => {
    makeDirectory(join(folder, id), 0o700);
    for (const name of runFiles) {
      const sizeBytes = sizesBytes[name];
      if (sizeBytes === undefined) continue;
      const from = `${runsFolder(stateDirectory)}/${id}/${name}`;
      const to = join(folder, id, name);
      await fetchFile(connection, { from, to, sizeBytes, tell, signal: AbortSignal.any([signal, stop.signal]) });
    }
    done.doneRuns += 1;
    tell({});
  };
  await atMost(runsAtOnce, runs, async (run) => {
    if (failure !== undefined) return;
    await fetchRun(run).catch((error: unknown) => {
      const isTold = error instanceof SluiceError || signal.aborted;
      const where = `the run ${run.id} cannot be brought to ${folder}`;
      failure ??= isTold ? error : failed(`${connection.host}: ${where}: ${messageOf(error)}`, error);
      stop.abort();
    });
  });
  if (failure !== undefined) throw failure;
  return runs.map(({ id }) => join(folder, id));
}

interface Fetch {
  /** Absolute, there and here. */
  readonly from: string;
  readonly to: string;
  /** As it was listed; what it grew by since is for the next call. */
  readonly sizeBytes: number;
  readonly tell: (change: { readonly here?: number; readonly received?: number }) => void;
  readonly signal: AbortSignal;
}

async function fetchFile(connection: Connection, fetch: Fetch): Promise<void> {
  const { from, to, sizeBytes, tell, signal } = fetch;
  const part = `${to}.part`;
  const here = await sizeOf(to);
  if (here === sizeBytes) return tell({ here });
  signal.throwIfAborted();
  if (here !== undefined) await rename(to, part);
  if (((await sizeOf(part)) ?? 0) > sizeBytes) await rm(part);
  const offset = (await sizeOf(part)) ?? 0;
  tell({ here: offset });
  const said = await receive(connection, { ...fetch, part, offset });
  const size = await sizeOf(part);
  if (size !== sizeBytes) {
    const why = said === '' ? `it has ${formatCount(size ?? 0)} bytes, and not ${formatCount(sizeBytes)}` : said;
    throw failed(`${connection.host}: ${from} did not come whole: ${why}`);
  }
  await rename(part, to);
}

/** Appends to the part what it lacks. Resolves with what the host's commands complained about. */
async function receive(
  connection: Connection,
  { from, part, offset, sizeBytes, tell, signal }: Fetch & { readonly part: string; readonly offset: number },
): Promise<string> {
  const file = await open(part, 'a', 0o600);
  const stop = new AbortController();
  const stdout = createGunzip({ chunkSize });
  const lacking = sizeBytes - offset;
  // gzip is there: provisioning unpacks with it what it brings.
  const run = connection.exec(sh`tail -c ${`+${offset + 1}`} ${from} | head -c ${lacking} | gzip -1c`, {
    stdout,
    timeoutMs: agentTimeoutMs,
    signal: AbortSignal.any([signal, stop.signal]),
  });
  run.catch((error: Error) => stdout.destroy(error));
  let received = 0;
  try {
    for await (const chunk of stdout as AsyncIterable<Buffer>) {
      received += chunk.length;
      if (received > lacking) throw failed(`${connection.host}: ${from} is longer than the host said`);
      await file.appendFile(chunk);
      tell({ received: chunk.length });
    }
    return (await run).stderr.trim();
  } finally {
    stop.abort();
    await run.catch(() => undefined);
    await file.close();
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  const stats = await stat(file).catch(() => undefined);
  return stats?.size;
}

function failed(message: string, cause?: unknown): SluiceError {
  return new SluiceError(message, {
    code: 'FETCH_FAILED',
    hint: 'run the same command again: what is here stays, and it goes on from there',
    cause,
  });
}
