/**
 * The planning stage: walks the source and compares each batch with the destination, making directories on the way down. A directory
 * is entered once it exists locally; where this run made it, its entries need no lookup. A dry run makes none, and looks up nothing
 * below one that is missing.
 */

import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '../../core/errors';
import { DirectoryWork, defaultDirectoryMode } from '../destination/directory-work';
import type { Disk } from '../destination/disk';
import type { FoldedNames } from '../destination/folded-names';
import type { LocalDirectory } from '../destination/local-directory';
import { type WantedMetadata, wantedMetadata } from '../destination/metadata';
import { failed, type Outcome, throwIfOfRun } from '../record/outcomes';
import type { RemovalPlan } from '../removal/removal-plan';
import { refuseRunIn } from '../run-lock';
import type { SessionPool } from '../sftp/session-pool';
import type { SourcePath } from '../sftp/source-path';
import type { NameEntry } from '../sftp/wire';
import type { Classified, ClassifySettings } from '../source/classify';
import { checkName, displayName, pathIn } from '../source/names';
import type { SourceDirectory } from '../source/source-links';
import { type Listing, Walker } from '../source/walk';
import { listedTwice } from '../source/whole-listing';
import { type LookedUp, lookUp } from './look-up';
import { decideFile, describeType, type PlanSettings, type SourceFile } from './plan';

/** Something to be done with a file. */
interface FileWork {
  readonly directory: DirectoryWork;
  readonly name: string;
  readonly path: string;
  readonly sourcePath: Buffer;
  /** Reached through a link at the source. */
  readonly isLink: boolean;
  readonly file: SourceFile;
}

export interface FileTask extends FileWork {
  readonly kind: 'transfer';
}

/** Its content is there already. */
export interface AccessTask extends FileWork {
  readonly kind: 'set-access';
  readonly access: WantedMetadata;
}

/** What the planning stage hands on. A directory that comes with it was retained: whoever takes it releases it. */
export type Planned =
  | FileTask
  | AccessTask
  | {
      readonly kind: 'link';
      readonly directory: DirectoryWork;
      readonly name: string;
      readonly path: string;
      readonly target: string;
    }
  | { readonly kind: 'outcome'; readonly outcome: Outcome; readonly directory?: DirectoryWork }
  /** The directory's listing is over: release it. */
  | { readonly kind: 'listed'; readonly directory: DirectoryWork };

/** A walk whose root is being listed already, while what it is to be compared with is still to be opened. */
export interface BegunWalk {
  readonly walker: Walker<DirectoryWork>;
  /** Says what the root is compared with: its names wait for that. */
  readonly adopt: (top: DirectoryWork) => void;
}

export function beginWalk(pool: SessionPool, path: SourcePath): BegunWalk {
  const walker = new Walker<DirectoryWork>(pool);
  let adopt: BegunWalk['adopt'] = () => undefined;
  const top = new Promise<DirectoryWork>((resolve) => {
    adopt = resolve;
  });
  walker.enter(top, path);
  return { walker, adopt };
}

export interface CompareOptions {
  readonly disk: Disk;
  /** Undefined where a dry run finds no destination. */
  readonly root: LocalDirectory | undefined;
  readonly source: SourceDirectory;
  /** Where it has begun. */
  readonly walk?: BegunWalk | undefined;
  readonly classify: ClassifySettings;
  /** Where the destination takes names for each other. */
  readonly foldedNames: FoldedNames | undefined;
  readonly settings: PlanSettings;
  readonly signal: AbortSignal;
  /** Directories under way; the caller closes what is left in it. */
  readonly registry: Set<DirectoryWork>;
  readonly isDryRun: boolean;
  /** Told of every listing, where what is gone at the source is to be removed. */
  readonly removal: RemovalPlan | undefined;
  /** Told where an entry failed beneath which others may be. */
  readonly onUnseen?: () => void;
}

export async function* compareTrees(options: CompareOptions): AsyncGenerator<Planned> {
  const { disk, root, source, registry } = options;
  const { walker, adopt } = options.walk ?? beginWalk(options.classify.pool, source.path);
  const isFresh = root === undefined;
  adopt(new DirectoryWork({ disk, root, path: '', source, metadata: undefined, isFresh, registry }));
  for await (const listing of walker.listings()) yield* compareListing(listing, walker, options);
}

async function* compareListing(
  { directory, entries, isLast, error }: Listing<DirectoryWork>,
  walker: Walker<DirectoryWork>,
  options: CompareOptions,
): AsyncGenerator<Planned> {
  const { removal, signal, onUnseen } = options;
  if (removal !== undefined) for (const { filename } of entries) removal.sees(directory, nameOf(filename, options));
  const at = { ...options, open: directory.isFresh ? undefined : () => directory.open() };
  const lookedUp = await Promise.allSettled(entries.map((entry) => lookUp(entry, directory, at)));
  for (const [index, result] of lookedUp.entries()) {
    try {
      if (result.status === 'rejected') throw result.reason;
      const { item } = result.value;
      if (item.kind !== 'outcome') options.foldedNames?.take(directory, item.name);
      yield await planEntry(result.value, directory, walker, options);
    } catch (cause) {
      throwIfOfRun(cause, signal);
      onUnseen?.();
      const path = pathIn(directory.path, displayName((entries[index] as NameEntry).filename));
      yield { kind: 'outcome', outcome: failed(path, cause) };
    }
  }
  if (error !== undefined) {
    throwIfOfRun(error, signal);
    removal?.spoil();
    onUnseen?.();
    yield { kind: 'outcome', outcome: failed(directory.path, error) };
  }
  if (!isLast) return;
  const { outcomes, isOpen } = await extrasOf(directory, options);
  for (const outcome of outcomes) yield { kind: 'outcome', outcome };
  if (isOpen) yield { kind: 'listed', directory };
}

/** Where the directory cannot be opened, nothing is under way in it: it is told, and over. */
async function extrasOf(
  directory: DirectoryWork,
  { removal, signal }: CompareOptions,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly isOpen: boolean }> {
  try {
    return { outcomes: (await removal?.listed(directory)) ?? [], isOpen: true };
  } catch (error) {
    throwIfOfRun(error, signal);
    await directory.close();
    return { outcomes: [failed(directory.path, error)], isOpen: false };
  }
}

/** As it is at the destination; a name that cannot be there is as good as none. */
function nameOf(filename: Buffer, { classify: { decode } }: CompareOptions): string {
  const checked = checkName(filename, decode);
  return checked.ok ? checked.name : '';
}

async function planEntry(
  { item, local }: LookedUp,
  directory: DirectoryWork,
  walker: Walker<DirectoryWork>,
  options: CompareOptions,
): Promise<Planned> {
  switch (item.kind) {
    case 'outcome':
      return item;
    case 'directory':
      return planDirectory(item, local, { directory, walker, options });
    case 'link':
      return planLink(item, local, { directory, options });
    case 'file':
      return planFile(item, local, { directory, options });
  }
}

interface Around {
  readonly directory: DirectoryWork;
  readonly options: CompareOptions;
}

async function planDirectory(
  { name, path, metadata, source }: Extract<Classified, { kind: 'directory' }>,
  local: Stats | undefined,
  { directory, walker, options }: Around & { readonly walker: Walker<DirectoryWork> },
): Promise<Planned> {
  if (local !== undefined && !local.isDirectory()) {
    options.onUnseen?.();
    return conflict(path, describeType(local), 'a directory');
  }
  const { disk, root, registry, settings } = options;
  if (local !== undefined && !options.isDryRun) await refuseRunBelow(name, path, { directory, options });
  const wanted = wantedMetadata(metadata, settings);
  if (local === undefined && !options.isDryRun) {
    await directory.makeWritable();
    // Shut to others until it has the mode of the source; where it is to have none of there, a run that is stopped leaves it as it shall be.
    const mode = wanted.mode === undefined ? defaultDirectoryMode : 0o700;
    try {
      await disk.mkdir((await directory.open()).at(name), mode);
    } catch (error) {
      // It was not there when the names that came with it were looked up.
      throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? listedTwice() : error;
    }
  }
  const isFresh = local === undefined;
  walker.enter(new DirectoryWork({ disk, root, path, source, metadata: wanted, isFresh, registry }), source.path);
  return { kind: 'outcome', outcome: { kind: 'directory', path, created: isFresh } };
}

/** Copies have their unfinished files in their destinations, and one of these may lie in another. */
async function refuseRunBelow(name: string, path: string, { directory, options }: Around): Promise<void> {
  const at = (await directory.open()).at(name);
  for (const stagingName of options.classify.reservedRootNames) {
    const isThere = (await options.disk.lstat(join(at, stagingName))) !== undefined;
    if (isThere) refuseRunIn(at, stagingName, join(options.root?.path ?? '', path));
  }
}

function planFile(
  { name, path, sourcePath, file, isLink }: Extract<Classified, { kind: 'file' }>,
  local: Stats | undefined,
  { directory, options }: Around,
): Planned {
  const decision = decideFile(file, local, options.settings);
  const work = { directory, name, path, sourcePath, isLink, file };
  switch (decision.kind) {
    case 'conflict':
      return conflict(path, decision.found, 'a file');
    case 'skip':
      return { kind: 'outcome', outcome: { kind: 'skipped', path, reason: decision.reason } };
    case 'unchanged': {
      const { sizeBytes } = file;
      return { kind: 'outcome', outcome: { kind: 'unchanged', path, sizeBytes, modeChanged: false } };
    }
    case 'set-access':
      directory.retain();
      return { kind: 'set-access', ...work, access: decision.access };
    case 'transfer':
      directory.retain();
      return { kind: 'transfer', ...work };
  }
}

async function planLink(
  { name, path, target }: Extract<Classified, { kind: 'link' }>,
  local: Stats | undefined,
  { directory, options }: Around,
): Promise<Planned> {
  if (local !== undefined && !local.isSymbolicLink()) return conflict(path, describeType(local), 'a symbolic link');
  if (local !== undefined) {
    const found = await options.disk.readlink((await directory.open()).at(name));
    if (found === target)
      return { kind: 'outcome', outcome: { kind: 'unchanged', path, sizeBytes: 0, modeChanged: false } };
    if (options.settings.overwriteMode === 'NEVER') {
      const reason = 'it is there already and overwriteMode is NEVER';
      return { kind: 'outcome', outcome: { kind: 'skipped', path, reason } };
    }
  }
  directory.retain();
  return { kind: 'link', directory, name, path, target };
}

function conflict(path: string, found: string, wanted: string): Planned {
  return { kind: 'outcome', outcome: failed(path, destinationConflict(found, wanted)) };
}

export function destinationConflict(
  found: string,
  wanted: string,
  hint = 'Remove it or move it away at the destination, then run again.',
): SluiceError {
  return new SluiceError(`the destination has ${found} where the source has ${wanted}`, {
    code: 'DESTINATION_CONFLICT',
    hint,
  });
}
