/** What one entry of a listing is to the engine: a file to compare, a directory to enter, or an outcome at once. */

import type { SourceMetadata } from '../destination/metadata';
import type { PullSettings } from '../job/settings';
import type { Outcome } from '../record/outcomes';
import type { DecodeName } from '../sftp/filename';
import type { SessionPool } from '../sftp/session-pool';
import { childOf } from '../sftp/source-path';
import type { Attrs } from '../sftp/wire';
import type { SourceFile } from '../transfer/plan';
import type { Filters } from './filters';
import { checkName, displayName, s3KeyProblem } from './names';
import { followLink, readLinkTarget, type SourceDirectory, subdirectory } from './source-links';

/** File types in st_mode (inode(7)). */
const typeMask = 0o170000;
const typeNames: ReadonlyMap<number, string> = new Map([
  [0o010000, 'a FIFO'],
  [0o020000, 'a character device'],
  [0o060000, 'a block device'],
  [0o120000, 'a symbolic link'],
  [0o140000, 'a socket'],
]);
const regularFile = 0o100000;
const symbolicLink = 0o120000;
const directory = 0o040000;

const usualHint = 'Rename it at the source, or exclude it.';

export type Classified =
  | ({ readonly kind: 'file'; readonly file: SourceFile; readonly isLink: boolean } & Place)
  | ({ readonly kind: 'directory'; readonly metadata: SourceMetadata; readonly source: SourceDirectory } & Place)
  /** To be made as a link. */
  | ({ readonly kind: 'link'; readonly target: string } & Place)
  | { readonly kind: 'outcome'; readonly outcome: Outcome };

interface Place {
  readonly name: string;
  /** Relative to the root, at both ends. */
  readonly path: string;
  readonly sourcePath: Buffer;
}

export interface ClassifySettings {
  readonly filters: Filters;
  readonly pool: SessionPool;
  /** The source's root, as the server names it. */
  readonly sourcePath: string;
  readonly symlinks: PullSettings['symlinks'];
  readonly decode: DecodeName;
  /** Where finished files go at the source, as the walk meets it: never walked. */
  readonly movedTo: Buffer | undefined;
  /** See `PullJob.destination.keyPrefix`. */
  readonly keyPrefix: string | undefined;
  /** Names at the root that the engine keeps for itself. */
  readonly reservedRootNames: readonly string[];
}

/** The directory whose listing is read. */
export interface ListedDirectory {
  /** Relative to the root, `''` for the root itself. */
  readonly path: string;
  readonly source: SourceDirectory;
}

export function isRegularFile(attrs: Attrs): boolean {
  return ((attrs.mode ?? 0) & typeMask) === regularFile;
}

export function isDirectory(attrs: Attrs): boolean {
  return ((attrs.mode ?? 0) & typeMask) === directory;
}

export async function classify(
  entry: { readonly filename: Buffer; readonly attrs: Attrs },
  parent: ListedDirectory,
  settings: ClassifySettings,
): Promise<Classified> {
  const { filters, pool } = settings;
  const below = (name: string) => (parent.path === '' ? name : `${parent.path}/${name}`);
  const checked = checkName(entry.filename, settings.decode);
  if (!checked.ok) return refused(below(displayName(entry.filename)), 'BAD_NAME', checked.reason, hintOf(checked));
  const { name } = checked;
  const path = below(name);
  if (parent.path === '' && settings.reservedRootNames.includes(name)) {
    return refused(path, 'RESERVED_NAME', 'this name is kept for unfinished files at the destination');
  }
  filters.sees(path);
  const sourcePath = childOf(parent.source.path, entry.filename);
  const place = { name, path, sourcePath };
  let attrs = isComplete(entry.attrs) ? entry.attrs : await pool.use((session) => session.lstat(sourcePath));
  let source: SourceDirectory | undefined;
  if (typeOf(attrs) === symbolicLink && settings.symlinks !== 'SKIP') {
    const isCopied = settings.symlinks === 'COPY';
    // One that is followed may lead to a directory.
    const isTaken = isCopied ? filters.takesFile(path) : filters.takesDirectory(path);
    if (!isTaken) return { kind: 'outcome', outcome: { kind: 'excluded', path } };
    if (isCopied) return classifyLink(place, settings);
    const followed = await followLink(sourcePath, parent.source, pool);
    if (followed.kind === 'refused') return skipped(path, followed.reason);
    attrs = followed.attrs;
    source = { path: sourcePath, real: followed.real };
  }
  const { mode, mtimeSeconds, sizeBytes, uid, gid } = attrs;
  const type = typeOf(attrs);
  if (mode === undefined || type === 0 || mtimeSeconds === undefined) {
    return refused(path, 'ATTRIBUTES_MISSING', 'the server tells neither its type nor its time');
  }
  if (type === directory) {
    const isMoved = settings.movedTo?.equals(sourcePath) === true;
    if (isMoved || !filters.takesDirectory(path)) return { kind: 'outcome', outcome: { kind: 'excluded', path } };
    const metadata = { mode, mtimeSeconds, uid, gid };
    source ??= subdirectory(parent.source, entry.filename);
    return keyRefusal(path, true, settings) ?? { kind: 'directory', ...place, metadata, source };
  }
  if (!filters.takesFile(path)) return { kind: 'outcome', outcome: { kind: 'excluded', path } };
  if (type !== regularFile) return skipped(path, `it is ${typeNames.get(type) ?? 'a special file'}`);
  if (sizeBytes === undefined)
    return refused(path, 'ATTRIBUTES_MISSING', 'the server does not tell its size, or one that no file has');
  const file = { sizeBytes, mtimeSeconds, mode, uid, gid };
  return keyRefusal(path, false, settings) ?? { kind: 'file', ...place, file, isLink: source !== undefined };
}

async function classifyLink(place: Place, settings: ClassifySettings): Promise<Classified> {
  const refusal = keyRefusal(place.path, false, settings);
  if (refusal !== undefined) return refusal;
  const { path, sourcePath } = place;
  const link = { relativePath: path, sourceRoot: settings.sourcePath, decode: settings.decode };
  const found = await readLinkTarget(sourcePath, settings.pool, link);
  return found.kind === 'refused' ? skipped(path, found.reason) : { kind: 'link', ...place, target: found.target };
}

function typeOf(attrs: Attrs): number {
  return (attrs.mode ?? 0) & typeMask;
}

function skipped(path: string, reason: string): Classified {
  return { kind: 'outcome', outcome: { kind: 'skipped', path, reason } };
}

function isComplete(attrs: Attrs): boolean {
  const hasType = attrs.mode !== undefined && (attrs.mode & typeMask) !== 0;
  return hasType && attrs.mtimeSeconds !== undefined && attrs.sizeBytes !== undefined;
}

function keyRefusal(path: string, isDirectoryKey: boolean, settings: ClassifySettings): Classified | undefined {
  const problem = settings.keyPrefix === undefined ? undefined : s3KeyProblem(settings.keyPrefix, path, isDirectoryKey);
  return problem === undefined ? undefined : refused(path, 'KEY_TOO_LONG', problem);
}

function hintOf({ isEncoding }: { readonly isEncoding?: true }): string {
  if (isEncoding === undefined) return usualHint;
  return 'Name the encoding of names at the server (latin1, shift_jis...): source.filenameEncoding, of sluice copy --filename-encoding; or rename it there.';
}

function refused(path: string, code: string, reason: string, hint = usualHint): Classified {
  return { kind: 'outcome', outcome: { kind: 'failed', path, code, reason, hint } };
}
