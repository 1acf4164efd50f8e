/**
 * Walks a tree in the order of S3 keys, the source's side beside it. In a directory, names are sorted as the bytes of their keys, where a
 * directory's has a `/` behind it: `a-b` comes before `a/`, and `a/` before `a0`. Memory is bounded by the largest directories on
 * one path from the root down.
 */
import * as fs from 'node:fs';
import { promisify } from 'node:util';
import { checkName, displayName } from '../source/names';
import type { InventoryEntry, SourceSide } from './entry';
import type { SourceTree } from './source-tree';

const lstat = promisify(fs.lstat);
const readdir = promisify(fs.readdir) as unknown as (
  path: string,
  options: { readonly withFileTypes: true; readonly encoding: 'buffer' },
) => Promise<readonly { readonly name: Buffer; isDirectory(): boolean }[]>;

/** lstat calls under way: each is a round trip on Lustre. */
const statsAtOnce = 64;
/** Directories of the source listed before they are entered. */
const listingsAhead = 16;

interface Named {
  readonly key: Buffer;
  readonly isDirectory: boolean;
  readonly isLocal: boolean;
  readonly source?: SourceSide;
}

interface Level {
  /** `''` or ending in `/`. */
  readonly path: string;
  readonly names: readonly Named[];
  /** Paths of those directories that the source has. */
  readonly sourceDirectories: readonly string[];
  next: number;
  /** Of those. */
  entered: number;
}

/** @throws where the root cannot be read. What vanishes meanwhile is left out. */
export async function* walkTree(root: string, source?: SourceTree): AsyncGenerator<readonly InventoryEntry[]> {
  const problems: InventoryEntry[] = [];
  const open = (path: string, { isLocal, source: side }: Pick<Named, 'isLocal' | 'source'>) =>
    openLevel(root, {
      path,
      isLocal,
      source: side !== undefined && 'directory' in side ? source : undefined,
      problems,
    });
  const stack: Level[] = [await open('', { isLocal: true, source: { directory: true } })];
  for (let level = stack.at(-1); level !== undefined; level = stack.at(-1)) {
    if (problems.length > 0) yield problems.splice(0);
    const chunk = takeChunk(level);
    if (chunk.length === 0) {
      stack.pop();
      continue;
    }
    const last = chunk.at(-1);
    const below = last?.isDirectory === true ? await open(level.path + last.key.toString(), last) : undefined;
    const path = level.path;
    const entries = await Promise.all(chunk.map((named) => describe(root, path, named)));
    if (last?.source !== undefined && below !== undefined) prefetch(source, level);
    const found = entries.filter((entry): entry is InventoryEntry => entry !== undefined);
    const directory = found.at(-1);
    if (below !== undefined && directory?.type === 'directory') {
      found[found.length - 1] = { ...directory, isEmpty: !below.names.some(({ isLocal }) => isLocal) };
    }
    if (found.length > 0) yield found;
    if (below !== undefined) stack.push(below);
  }
  if (problems.length > 0) yield problems;
}

/** As many names as are described at once, up to the next directory: what lies in it comes behind it. */
function takeChunk(level: Level): readonly Named[] {
  const start = level.next;
  let end = start;
  while (end < level.names.length && end - start < statsAtOnce) {
    end += 1;
    if (level.names[end - 1]?.isDirectory === true) break;
  }
  level.next = end;
  return level.names.slice(start, end);
}

interface Opening {
  readonly path: string;
  readonly isLocal: boolean;
  readonly source: SourceTree | undefined;
  readonly problems: InventoryEntry[];
}

async function openLevel(root: string, { path, isLocal, source, problems }: Opening): Promise<Level> {
  const names = new Map<string, Named>();
  for (const { name, isDirectory } of isLocal ? await listLocal(root, path) : []) {
    const checked = checkName(name);
    if (checked.ok) names.set(checked.name, { key: keyOf(checked.name, isDirectory), isDirectory, isLocal: true });
    else problems.push(unnamed(path + displayName(name), isDirectory, checked.reason));
  }
  if (source !== undefined) {
    const listed = await source.list(path);
    if ('problem' in listed) problems.push(unlisted(path, listed.problem));
    else for (const [name, side] of listed) addSource(names, name, side);
  }
  const sorted = [...names.values()].sort((a, b) => Buffer.compare(a.key, b.key));
  const sourceDirectories = sorted
    .filter(({ source: side }) => side !== undefined && 'directory' in side)
    .map(({ key }) => path + key.toString());
  for (const directory of sourceDirectories.slice(0, listingsAhead)) source?.prefetch(directory);
  return { path, names: sorted, sourceDirectories, next: 0, entered: 0 };
}

/** A file here and a directory there are two: each has a key of its own. */
function addSource(names: Map<string, Named>, name: string, side: SourceSide): void {
  const isDirectory = 'directory' in side;
  const local = names.get(name);
  if (local !== undefined && local.isDirectory === isDirectory) names.set(name, { ...local, source: side });
  else names.set(`${name}/`, { key: keyOf(name, isDirectory), isDirectory, isLocal: false, source: side });
}

async function listLocal(root: string, path: string) {
  try {
    const entries = await readdir(`${root}/${path}`, { withFileTypes: true, encoding: 'buffer' });
    return entries.map((entry) => ({ name: entry.name, isDirectory: entry.isDirectory() }));
  } catch (error) {
    if (path !== '' && isGone(error)) return [];
    throw error;
  }
}

/** Keeps as many listings ahead as there were at first. */
function prefetch(source: SourceTree | undefined, level: Level): void {
  level.entered += 1;
  const next = level.sourceDirectories[level.entered + listingsAhead - 1];
  if (next !== undefined) source?.prefetch(next);
}

async function describe(root: string, parent: string, named: Named): Promise<InventoryEntry | undefined> {
  const path = parent + named.key.toString();
  if (!named.isLocal) return absent(path, named.source);
  const sides = named.source === undefined ? {} : { source: named.source };
  try {
    const stats = await lstat(`${root}/${path.replace(/\/$/, '')}`);
    const { size: sizeBytes, mtimeMs, ctimeMs } = stats;
    return { path, type: typeOf(stats), sizeBytes, mtimeMs, ctimeMs, ...sides };
  } catch (error) {
    if (isGone(error)) return named.source === undefined ? undefined : absent(path, named.source);
    throw error;
  }
}

function typeOf(stats: fs.Stats): InventoryEntry['type'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

function keyOf(name: string, isDirectory: boolean): Buffer {
  return Buffer.from(isDirectory ? `${name}/` : name);
}

function absent(path: string, source: SourceSide | undefined): InventoryEntry {
  return { path, type: 'absent', sizeBytes: 0, mtimeMs: 0, ctimeMs: 0, ...(source === undefined ? {} : { source }) };
}

/** What lies below it at the source is not known. */
function unlisted(path: string, problem: string): InventoryEntry {
  return { ...absent(path === '' ? '.' : path, { problem }), problem };
}

function unnamed(path: string, isDirectory: boolean, problem: string): InventoryEntry {
  const type = isDirectory ? 'directory' : 'file';
  return { path, type, sizeBytes: 0, mtimeMs: 0, ctimeMs: 0, problem };
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
