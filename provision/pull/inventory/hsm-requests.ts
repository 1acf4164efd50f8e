/**
 * `agent.js archive` and `agent.js release`: what `sluice verify --nudge` and `sluice release` have done on the host, for files that
 * come as JSON lines on standard input.
 *
 *     archive   lfs hsm_archive: FSx exports the file, whether or not it noticed the change
 *     release   lfs hsm_release: the blocks are freed, the name stays, reading brings the content back from S3. Only of a file that is
 *               still what was proven, by size, time and state, looked at once more right before
 */
import * as fs from 'node:fs';
import { promisify } from 'node:util';
import { linesOf } from '../../core/lines';
import { hsm, isArchived } from './entry';
import { commandLines, hsmStates, type Lfs } from './lfs';

const lstat = promisify(fs.lstat);

/** A file as it was when it was compared. */
export interface FileRequest {
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

export interface RequestCounts {
  readonly files: number;
  readonly bytes: number;
  /** Left alone: changed since, gone, or refused by `lfs`. */
  readonly refused: number;
  /** The first of them. */
  readonly examples: readonly { readonly path: string; readonly reason: string }[];
}

export interface RequestOptions {
  /** Absolute; what is asked for lies below it. */
  readonly root: string;
  readonly lfs: Lfs;
}

const shownExamples = 20;
const filesPerTask = 512;

export async function fulfil(
  verb: 'archive' | 'release',
  requests: AsyncIterable<Buffer>,
  { root, lfs }: RequestOptions,
): Promise<RequestCounts> {
  const tally = new Tally();
  let group: FileRequest[] = [];
  const flush = async () => {
    const files = verb === 'release' ? await stillProven(group, { root, lfs }, tally) : group;
    await send(`hsm_${verb}`, files, { root, lfs }, tally);
    group = [];
  };
  for await (const lines of linesOf(requests)) {
    for (const line of lines) {
      const request = JSON.parse(line) as FileRequest;
      if (isBelow(request.path)) group.push(request);
      else tally.refuse(request.path, 'its path leads out of the tree');
      if (group.length >= filesPerTask) await flush();
    }
  }
  await flush();
  return tally.counts();
}

async function send(
  command: string,
  files: readonly FileRequest[],
  { root, lfs }: RequestOptions,
  tally: Tally,
): Promise<void> {
  const byPath = new Map(files.map((file) => [`${root}/${file.path}`, file]));
  for (const paths of commandLines([...byPath.keys()])) {
    const { exitCode } = await lfs(command, paths);
    if (exitCode === 0) {
      for (const path of paths) tally.done(byPath.get(path));
      continue;
    }
    // One refusal fails the whole command: each is asked for again, alone.
    for (const path of paths) {
      const alone = await lfs(command, [path]);
      if (alone.exitCode === 0) tally.done(byPath.get(path));
      else tally.refuse(byPath.get(path)?.path ?? path, alone.stderr.trim() || `exit ${alone.exitCode}`);
    }
  }
}

async function stillProven(
  files: readonly FileRequest[],
  { root, lfs }: RequestOptions,
  tally: Tally,
): Promise<readonly FileRequest[]> {
  const states = await hsmStates(
    files.map(({ path }) => `${root}/${path}`),
    lfs,
  );
  const reasons = await Promise.all(files.map((file, index) => whyNot(file, { root, flags: states[index] })));
  return files.filter((file, index) => {
    const reason = reasons[index];
    if (reason !== undefined) tally.refuse(file.path, reason);
    return reason === undefined;
  });
}

async function whyNot(
  { path, sizeBytes, mtimeMs }: FileRequest,
  { root, flags }: { readonly root: string; readonly flags: number | undefined },
): Promise<string | undefined> {
  const stats = await lstat(`${root}/${path}`).catch(() => undefined);
  if (stats === undefined || flags === undefined) return 'it is gone';
  if (!stats.isFile()) return 'it is no file any more';
  if (stats.size !== sizeBytes || stats.mtimeMs !== mtimeMs) return 'it was changed since it was compared';
  if (!isArchived(flags)) return 'its last change is not exported';
  if ((flags & hsm.released) !== 0) return 'it is released already';
  return (flags & hsm.noRelease) === 0 ? undefined : 'it is marked norelease';
}

function isBelow(path: string): boolean {
  return path !== '' && !path.startsWith('/') && !path.split('/').includes('..') && !path.includes('\0');
}

class Tally {
  #files = 0;
  #bytes = 0;
  #refused = 0;
  readonly #examples: { path: string; reason: string }[] = [];

  done(file: FileRequest | undefined): void {
    this.#files += 1;
    this.#bytes += file?.sizeBytes ?? 0;
  }

  refuse(path: string, reason: string): void {
    this.#refused += 1;
    if (this.#examples.length < shownExamples) this.#examples.push({ path, reason });
  }

  counts(): RequestCounts {
    return { files: this.#files, bytes: this.#bytes, refused: this.#refused, examples: this.#examples };
  }
}
