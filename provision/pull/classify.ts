/** What one entry of a listing is to the engine: a file to compare, a directory to enter, or an outcome at once. */
import type { Filters } from './filters';
import { checkName, displayName, s3KeyProblem } from './names';
import type { Outcome } from './outcomes';
import type { SourceFile } from './plan';
import type { Attrs } from './sftp/wire';

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
const directory = 0o040000;

export type Classified =
  | { readonly kind: 'file'; readonly name: string; readonly path: string; readonly file: SourceFile }
  | {
      readonly kind: 'directory';
      readonly name: string;
      readonly path: string;
      readonly metadata: { readonly mode: number; readonly mtimeSeconds: number };
    }
  | { readonly kind: 'outcome'; readonly outcome: Outcome };

export interface ClassifySettings {
  readonly filters: Filters;
  /** See `PullJob.destination.keyPrefix`. */
  readonly keyPrefix: string | undefined;
  /** The attributes of an entry whose listing left some out. */
  readonly lstat: (path: string) => Promise<Attrs>;
  /** Names at the root that the engine keeps for itself. */
  readonly reservedRootNames: readonly string[];
}

export function isRegularFile(attrs: Attrs): boolean {
  return ((attrs.mode ?? 0) & typeMask) === regularFile;
}

export function isDirectory(attrs: Attrs): boolean {
  return ((attrs.mode ?? 0) & typeMask) === directory;
}

/** `parentPath` is relative to the root, `''` for the root itself. */
export async function classify(
  entry: { readonly filename: Buffer; readonly attrs: Attrs },
  parentPath: string,
  settings: ClassifySettings,
): Promise<Classified> {
  const below = (name: string) => (parentPath === '' ? name : `${parentPath}/${name}`);
  const checked = checkName(entry.filename);
  if (!checked.ok) return refused(below(displayName(entry.filename)), 'BAD_NAME', checked.reason);
  const { name } = checked;
  const path = below(name);
  if (parentPath === '' && settings.reservedRootNames.includes(name)) {
    return refused(path, 'RESERVED_NAME', 'this name is kept for unfinished files at the destination');
  }
  const attrs = isComplete(entry.attrs) ? entry.attrs : await settings.lstat(path);
  const { mode, mtimeSeconds, sizeBytes } = attrs;
  const type = (mode ?? 0) & typeMask;
  if (mode === undefined || type === 0 || mtimeSeconds === undefined) {
    return refused(path, 'ATTRIBUTES_MISSING', 'the server tells neither its type nor its time');
  }
  if (type === directory) {
    if (!settings.filters.takesDirectory(path)) return { kind: 'outcome', outcome: { kind: 'excluded', path } };
    return keyRefusal(path, true, settings) ?? { kind: 'directory', name, path, metadata: { mode, mtimeSeconds } };
  }
  if (!settings.filters.takesFile(path)) return { kind: 'outcome', outcome: { kind: 'excluded', path } };
  if (type !== regularFile) {
    const reason = `it is ${typeNames.get(type) ?? 'a special file'}`;
    return { kind: 'outcome', outcome: { kind: 'skipped', path, reason } };
  }
  if (sizeBytes === undefined) return refused(path, 'ATTRIBUTES_MISSING', 'the server does not tell its size');
  return keyRefusal(path, false, settings) ?? { kind: 'file', name, path, file: { sizeBytes, mtimeSeconds, mode } };
}

function isComplete(attrs: Attrs): boolean {
  const hasType = attrs.mode !== undefined && (attrs.mode & typeMask) !== 0;
  return hasType && attrs.mtimeSeconds !== undefined && attrs.sizeBytes !== undefined;
}

function keyRefusal(path: string, isDirectoryKey: boolean, settings: ClassifySettings): Classified | undefined {
  const problem = settings.keyPrefix === undefined ? undefined : s3KeyProblem(settings.keyPrefix, path, isDirectoryKey);
  return problem === undefined ? undefined : refused(path, 'KEY_TOO_LONG', problem);
}

function refused(path: string, code: string, reason: string): Classified {
  return {
    kind: 'outcome',
    outcome: { kind: 'failed', path, code, reason, hint: 'Rename it at the source, or exclude it.' },
  };
}
