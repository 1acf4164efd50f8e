/** What one entry of a listing is to the engine: a file to compare, a directory to enter, or an outcome at once. */

import type { SourceMetadata } from '../destination/metadata';
import type { PullSettings } from '../job/settings';
import type { Outcome } from '../record/outcomes';
import type { DecodeName } from '../sftp/filename';
import type { SftpSession } from '../sftp/session';
import type { SessionPool } from '../sftp/session-pool';
import { childOf } from '../sftp/source-path';
import { type Attrs, fileTypeOf, fileTypes } from '../sftp/wire';
import type { SourceFile } from '../transfer/plan';
import type { Filters } from './filters';
import { checkName, displayName, pathIn, pathProblem, s3KeyProblem } from './names';
import { followLink, readLinkTarget, type SourceDirectory, subdirectory } from './source-links';

const { '-': regularFile, d: directory, l: symbolicLink, p, c, b, s } = fileTypes;
const typeNames: ReadonlyMap<number, string> = new Map([
  [p, 'a FIFO'],
  [c, 'a character device'],
  [b, 'a block device'],
  [symbolicLink, 'a symbolic link'],
  [s, 'a socket'],
]);

const lengthHint =
  'Shorten its path at the source, or exclude it. Where its directories repeat, the server follows a link that leads back: exclude that one.';
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

/** Where the server tells no type, it may. */
export function mayBeFile(attrs: Attrs): boolean {
  return [0, regularFile].includes(fileTypeOf(attrs));
}

/** A file as it is by now; one that was reached through a link is reached so again. */
export function statFile(
  session: SftpSession,
  { sourcePath, isLink }: { readonly sourcePath: Buffer; readonly isLink: boolean },
): Promise<Attrs> {
  return isLink ? session.stat(sourcePath) : session.look(sourcePath);
}

/** Where the server tells no type, it may. */
export function mayBeDirectory(attrs: Attrs): boolean {
  return [0, directory].includes(fileTypeOf(attrs));
}

export async function classify(
  entry: { readonly filename: Buffer; readonly attrs: Attrs },
  parent: ListedDirectory,
  settings: ClassifySettings,
): Promise<Classified> {
  const { filters, pool } = settings;
  const checked = checkName(entry.filename, settings.decode);
  if (!checked.ok)
    return refused(pathIn(parent.path, displayName(entry.filename)), 'BAD_NAME', checked.reason, hintOf(checked));
  const { name } = checked;
  const path = pathIn(parent.path, name);
  if (parent.path === '' && settings.reservedRootNames.includes(name)) {
    return refused(path, 'RESERVED_NAME', 'this name is kept for unfinished files at the destination');
  }
  filters.sees(path);
  const sourcePath = childOf(parent.source.path, entry.filename);
  const place = { name, path, sourcePath };
  let attrs = isComplete(entry.attrs)
    ? entry.attrs
    : { ...entry.attrs, ...(await pool.use((session) => session.look(sourcePath))) };
  let source: SourceDirectory | undefined;
  if (fileTypeOf(attrs) === symbolicLink && settings.symlinks !== 'SKIP') {
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
  const type = fileTypeOf(attrs);
  if (type === 0) return untold(path, 'its type');
  if (type === directory) {
    const isMoved = settings.movedTo?.equals(sourcePath) === true;
    if (isMoved || !filters.takesDirectory(path)) return { kind: 'outcome', outcome: { kind: 'excluded', path } };
    const metadata = { mode, mtimeSeconds, uid, gid };
    source ??= subdirectory(parent.source, entry.filename);
    return lengthRefusal(path, true, settings) ?? { kind: 'directory', ...place, metadata, source };
  }
  if (!filters.takesFile(path)) return { kind: 'outcome', outcome: { kind: 'excluded', path } };
  if (type !== regularFile) return skipped(path, `it is ${typeNames.get(type) ?? 'a special file'}`);
  if (mtimeSeconds === undefined) return untold(path, 'its time');
  if (sizeBytes === undefined) return untold(path, 'its size, or one that no file has');
  const file = { sizeBytes, mtimeSeconds, mode, uid, gid };
  return lengthRefusal(path, false, settings) ?? { kind: 'file', ...place, file, isLink: source !== undefined };
}

async function classifyLink(place: Place, settings: ClassifySettings): Promise<Classified> {
  const refusal = lengthRefusal(place.path, false, settings);
  if (refusal !== undefined) return refusal;
  const { path, sourcePath } = place;
  const link = { relativePath: path, sourceRoot: settings.sourcePath, decode: settings.decode };
  const found = await readLinkTarget(sourcePath, settings.pool, link);
  return found.kind === 'refused' ? skipped(path, found.reason) : { kind: 'link', ...place, target: found.target };
}

function skipped(path: string, reason: string): Classified {
  return { kind: 'outcome', outcome: { kind: 'skipped', path, reason } };
}

function isComplete(attrs: Attrs): boolean {
  return fileTypeOf(attrs) !== 0 && attrs.mtimeSeconds !== undefined && attrs.sizeBytes !== undefined;
}

function lengthRefusal(path: string, isDirectoryKey: boolean, settings: ClassifySettings): Classified | undefined {
  const { keyPrefix } = settings;
  if (keyPrefix !== undefined) {
    const problem = s3KeyProblem(keyPrefix, path, isDirectoryKey);
    return problem === undefined ? undefined : refused(path, 'KEY_TOO_LONG', problem, lengthHint);
  }
  const problem = pathProblem(path);
  return problem === undefined ? undefined : refused(path, 'PATH_TOO_LONG', problem, lengthHint);
}

function hintOf({ isEncoding }: { readonly isEncoding?: true }): string {
  if (isEncoding === undefined) return usualHint;
  return 'Name the encoding of names at the server (latin1, shift_jis...): source.filenameEncoding, of sluice copy --filename-encoding; or rename it there.';
}

function untold(path: string, what: string): Classified {
  const reason = `the server does not tell ${what}, neither in the listing nor when it is asked`;
  return refused(path, 'ATTRIBUTES_MISSING', reason, 'Ask the owner of the server; or exclude it.');
}

function refused(path: string, code: string, reason: string, hint = usualHint): Classified {
  return { kind: 'outcome', outcome: { kind: 'failed', path, code, reason, hint } };
}
