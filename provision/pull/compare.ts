/**
 * The planning stage: walks the source and compares each batch with the destination, making directories on the way down. A directory
 * is entered once it exists locally; where this run made it, its entries need no lookup.
 */

import { SluiceError } from '../core/errors';
import { type Classified, type ClassifySettings, classify } from './classify';
import { DirectoryWork } from './directory-work';
import type { Disk } from './disk';
import type { LocalDirectory } from './local-directory';
import { failed, interrupted, isFatal, type Outcome } from './outcomes';
import { decideFile, describeType, type PlanSettings, type SourceFile } from './plan';
import type { SessionPool } from './sftp/session-pool';
import { type Listing, Walker } from './walk';

export interface FileTask {
  readonly kind: 'transfer';
  /** Retained for this task: the transfer releases it. */
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
    local: await options.root.open(''),
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
  for (const entry of entries) {
    try {
      yield await planEntry(await classify(entry, directory.path, options.classify), directory, walker, options);
    } catch (cause) {
      if (options.signal.aborted) throw interrupted();
      if (isFatal(cause)) throw cause;
      yield { kind: 'outcome', outcome: failed(directory.pathOf(entry.filename.toString()), cause) };
    }
  }
  if (error !== undefined) {
    if (options.signal.aborted) throw interrupted();
    if (isFatal(error)) throw error;
    yield { kind: 'outcome', outcome: failed(directory.path === '' ? '.' : directory.path, error) };
  }
  if (isLast) yield { kind: 'listed', directory };
}

async function planEntry(
  entry: Classified,
  directory: DirectoryWork,
  walker: Walker<DirectoryWork>,
  options: CompareOptions,
): Promise<Planned> {
  if (entry.kind === 'outcome') return entry;
  const { name, path } = entry;
  const local = directory.isFresh ? undefined : await options.disk.lstat(directory.local.at(name));
  if (entry.kind === 'directory') {
    if (local !== undefined && !local.isDirectory()) return conflict(path, describeType(local), 'a directory');
    if (local === undefined) {
      await directory.makeWritable();
      await options.disk.mkdir(directory.local.at(name), 0o700);
    }
    const child = new DirectoryWork({
      disk: options.disk,
      local: await options.root.open(path),
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
