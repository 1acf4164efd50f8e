/**
 * The digests that runs noted of what they received (`manifest.sha256` of each run), joined to the entries of an inventory. Manifests are in
 * the order of arrival and may hold millions of lines, so sort(1) brings them into the order of keys, on disk where memory is short;
 * of several runs that brought one file, the newest counts.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, SluiceError } from '../../core/errors';
import { compareKeys } from '../../core/key-order';
import { linesOf } from '../../core/lines';
import { parseSha256sumLine } from '../record/sha256sum';
import type { InventoryEntry } from './entry';

/** Between the fields of a record; a name that holds it is left out, and its digest is not known. */
const separator = '\x01';

interface KnownDigest {
  readonly path: string;
  readonly sha256: string;
  /** When the run that received it ended; of one that was killed, when it wrote its last lines. */
  readonly notedMs: number;
}

/** Adds `sha256` to the files that were not touched since a run received them. */
export async function* withDigests(
  batches: AsyncIterable<readonly InventoryEntry[]>,
  stateDirectory: string,
): AsyncGenerator<readonly InventoryEntry[]> {
  const digests = sortedDigests(stateDirectory);
  let next = await digests.next();
  const digestOf = async (entry: InventoryEntry): Promise<string | undefined> => {
    while (next.done !== true && compareKeys(next.value.path, entry.path) < 0) next = await digests.next();
    if (next.done === true || next.value.path !== entry.path) return undefined;
    const { sha256, notedMs } = next.value;
    return entry.ctimeMs <= notedMs ? sha256 : undefined;
  };
  try {
    for await (const batch of batches) {
      const known: InventoryEntry[] = [];
      for (const entry of batch) {
        const sha256 = entry.type === 'file' && entry.problem === undefined ? await digestOf(entry) : undefined;
        known.push(sha256 === undefined ? entry : { ...entry, sha256 });
      }
      yield known;
    }
  } finally {
    await digests.return(undefined);
  }
}

async function* sortedDigests(stateDirectory: string): AsyncGenerator<KnownDigest> {
  const order = ['--zero-terminated', `--field-separator=${separator}`, '--key=1,1', '--key=2,2r'];
  const sort = spawn('sort', order, {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    sort.on('error', reject).on('close', resolve);
  });
  ended.catch(() => undefined);
  const fed = pipeline(Readable.from(records(stateDirectory)), sort.stdin);
  fed.catch(() => undefined);
  let last: string | undefined;
  try {
    for await (const text of recordsOf(sort.stdout)) {
      const [path = '', notedMs, sha256 = ''] = text.split(separator);
      if (path === last) continue;
      last = path;
      yield { path, sha256, notedMs: Number(notedMs) };
    }
    if ((await ended) !== 0)
      throw new SluiceError('the digests of earlier runs cannot be sorted', {
        code: 'DIGESTS_UNSORTED',
        hint: 'sort (coreutils) must be there, and room in /tmp for all manifests',
      });
    // What it got in full it sorted, and knows nothing of what was to come.
    await fed.catch((cause: unknown) => {
      throw new SluiceError(`the digests of earlier runs cannot be read: ${messageOf(cause)}`, {
        code: 'DIGESTS_UNREADABLE',
        hint: `Look at the manifests in ${join(stateDirectory, 'runs')}.`,
        cause,
      });
    });
  } finally {
    sort.kill();
  }
}

async function* records(stateDirectory: string): AsyncGenerator<string> {
  const runs = join(stateDirectory, 'runs');
  for (const run of fs.existsSync(runs) ? fs.readdirSync(runs) : []) {
    const manifest = join(runs, run, 'manifest.sha256');
    const stats = fs.statSync(manifest, { throwIfNoEntry: false });
    if (stats === undefined) continue;
    const notedMs = String(Math.ceil(stats.mtimeMs)).padStart(16, '0');
    for await (const lines of linesOf(fs.createReadStream(manifest))) {
      const found = lines.map(parseSha256sumLine).flatMap((line) => {
        if (line === undefined || line.path.includes(separator)) return [];
        return [`${line.path}${separator}${notedMs}${separator}${line.sha256}\0`];
      });
      if (found.length > 0) yield found.join('');
    }
  }
}

/** As `linesOf`, for records that end in NUL. */
async function* recordsOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const all = Buffer.concat([rest, chunk]);
    const end = all.lastIndexOf(0);
    if (end > 0) yield* all.subarray(0, end).toString('utf8').split('\0');
    rest = Buffer.from(all.subarray(end + 1));
  }
}
