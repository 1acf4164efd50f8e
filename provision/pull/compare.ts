/**
 * The planning stage: walks the source and compares each batch with the destination, making directories on the way down. A directory
 * is entered once it exists locally; where this run made it, its entries need no lookup.
 */

import type { Stats } from 'node:fs';
import { SluiceError } from '../core/errors';
import { type Classified, type ClassifySettings, classify } from './classify';
import { DirectoryWork } from './directory-work';
import type { Disk } from './disk';
import type { LocalDirectory } from './local-directory';
import { displayName } from './names';
import { failed, interrupted, isFatal, type Outcome } from './outcomes';
import { decideFile, describeType, type PlanSettings, type SourceFile } from './plan';
import type { SessionPool } from './sftp/session-pool';
import type { NameEntry } from './sftp/wire';
import { type Listing, Walker } from './walk';

export interface FileTask {
  readonly kind: 'transfer';
  /** Retained for this task: whoever does it releases it. */
  readonly directory: DirectoryWork;
  readonly name: string;
  readonly path: string;
  readonly file: SourceFile;
}

/** What the planning stage hands on. */
export type Planned =
  | FileTask
  | {
      readonly kind: 'set-mode';
      readonly directory: DirectoryWork;
      readonly task: Omit<FileTask, 'kind'>;
      readonly mode: number;
    }
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  /** The directory's listing is over: release it. */
  | { readonly kind: 'listed'; readonly directory: DirectoryWork };

export interface CompareOptions {
  readonly pool: SessionPool;
  readonly disk: Disk;
  readonly root: LocalDirectory;
  /** The source's root, as the server names it. */
  readonly sourcePath: string;
  readonly classify: ClassifySettings;
  readonly settings: PlanSettings;
  readonly signal: AbortSignal;
  /** Directories under way; the caller closes what is left in it. */
  readonly registry: Set<DirectoryWork>;
}

export async function* compareTrees(options: CompareOptions): AsyncGenerator<Planned> {
  const walker = new Walker<DirectoryWork>(options.pool);
  const root = new DirectoryWork({
    disk: options.disk,
    root: options.root,
    path: '',
    metadata: undefined,
    isFresh: false,
    registry: options.registry,
  });
  walker.enter(root, options.sourcePath);
  for await (const listing of walker.listings()) yield* compareListing(listing, walker, options);
}

/** A path below the source's root, as the server takes it. */
export function sourcePathOf(root: string, relativePath: string): string {
  if (relativePath === '') return root;
  return root.endsWith('/') ? `${root}${relativePath}` : `${root}/${relativePath}`;
}

async function* compareListing(
  { directory, entries, isLast, error }: Listing<DirectoryWork>,
  walker: Walker<DirectoryWork>,
  options: CompareOptions,
): AsyncGenerator<Planned> {
  const found = await Promise.all(entries.map((entry) => lookUp(entry, directory, options)));
  for (const each of found) {
    try {
      if (each.kind === 'failed') throw each.error;
      yield await planEntry(each, directory, walker, options);
    } catch (cause) {
      if (options.signal.aborted) throw interrupted();
      if (isFatal(cause)) throw cause;
      yield { kind: 'outcome', outcome: failed(each.path, cause) };
    }
  }
  if (error !== undefined) {
    if (options.signal.aborted) throw interrupted();
    if (isFatal(error)) throw error;
    yield { kind: 'outcome', outcome: failed(directory.path === '' ? '.' : directory.path, error) };
  }
  if (isLast) yield { kind: 'listed', directory };
}

type Found =
  /** `local`: what lies at the destination. */
  | { readonly kind: 'found'; readonly path: string; readonly entry: Classified; readonly local: Stats | undefined }
  | { readonly kind: 'failed'; readonly path: string; readonly error: unknown };

/** The entries of a batch are looked up at one time: on a network file system each costs a round trip. */
async function lookUp(entry: NameEntry, directory: DirectoryWork, options: CompareOptions): Promise<Found> {
  const path = directory.pathOf(displayName(entry.filename));
  try {
    const classified = await classify(entry, directory.path, options.classify);
    if (classified.kind === 'outcome' || directory.isFresh)
      return { kind: 'found', path, entry: classified, local: undefined };
    const local = await options.disk.lstat((await directory.open()).at(classified.name));
    return { kind: 'found', path, entry: classified, local };
  } catch (error) {
    return { kind: 'failed', path, error };
  }
}

async function planEntry(
  { entry, local }: Extract<Found, { kind: 'found' }>,
  directory: DirectoryWork,
  walker: Walker<DirectoryWork>,
  options: CompareOptions,
): Promise<Planned> {
  if (entry.kind === 'outcome') return entry;
  const { name, path } = entry;
  if (entry.kind === 'directory') {
    if (local !== undefined && !local.isDirectory()) return conflict(path, describeType(local), 'a directory');
    if (local === undefined) {
      await directory.makeWritable();
      await options.disk.mkdir((await directory.open()).at(name), 0o700);
    }
    const child = new DirectoryWork({
      disk: options.disk,
      root: options.root,
      path,
      metadata: entry.metadata,
      isFresh: local === undefined,
      registry: options.registry,
    });
    walker.enter(child, sourcePathOf(options.sourcePath, path));
    return { kind: 'outcome', outcome: { kind: 'directory', path, created: local === undefined } };
  }
  const decision = decideFile(entry.file, local, options.settings);
  switch (decision.kind) {
    case 'conflict':
      return conflict(path, decision.found, 'a file');
    case 'skip':
      return { kind: 'outcome', outcome: { kind: 'skipped', path, reason: decision.reason } };
    case 'unchanged':
      return {
        kind: 'outcome',
        outcome: { kind: 'unchanged', path, sizeBytes: entry.file.sizeBytes, modeChanged: false },
      };
    case 'set-mode':
      directory.retain();
      return { kind: 'set-mode', directory, task: { directory, name, path, file: entry.file }, mode: decision.mode };
    case 'transfer':
      directory.retain();
      return { kind: 'transfer', directory, name, path, file: entry.file };
  }
}

function conflict(path: string, found: string, wanted: string): Planned {
  const error = new SluiceError(`the destination has ${found} where the source has ${wanted}`, {
    code: 'DESTINATION_CONFLICT',
    hint: 'Remove it or move it away at the destination, then run again.',
  });
  return { kind: 'outcome', outcome: failed(path, error) };
}
