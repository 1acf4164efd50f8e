/**
 * Names from the server are hostile until checked: one entry of a listing may become one entry of one local directory,
 * nothing else.
 */

import { type DecodeName, decodeUtf8 } from '../sftp/filename';

/** NAME_MAX of Linux file systems, Lustre among them. */
const maxNameBytes = 255;
/** Amazon S3 User Guide, "Naming Amazon S3 objects": the longest key, in bytes of UTF-8. */
const maxKeyBytes = 1024;
/** PATH_MAX of Linux, with the NUL at its end: no program reaches more by its path. */
const maxPathBytes = 4095;

export type CheckedName =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly reason: string; readonly isEncoding?: true };

/** `.` and `..` are a listing's own entries; the walk passes over exactly these. */
export function isSelfOrParent(filename: Buffer): boolean {
  return (filename.length === 1 || filename.length === 2) && filename.every((byte) => byte === 0x2e);
}

export function checkName(filename: Buffer, decode: DecodeName = decodeUtf8): CheckedName {
  if (filename.length === 0) return { ok: false, reason: 'the name is empty' };
  if (isSelfOrParent(filename)) return { ok: false, reason: 'the name is "." or ".."' };
  const name = decode(filename);
  // Both forms are looked at: in some encodings a byte of another character is a slash.
  if (filename.includes(0x2f) || name?.includes('/')) return { ok: false, reason: 'the name holds a "/"' };
  if (filename.includes(0) || name?.includes('\0')) return { ok: false, reason: 'the name holds a NUL byte' };
  const sizeBytes = name === undefined ? filename.length : Buffer.byteLength(name);
  if (sizeBytes > maxNameBytes) {
    return { ok: false, reason: `the name has ${sizeBytes} bytes; a file system takes ${maxNameBytes}` };
  }
  if (name === undefined) {
    const encoding = decode === decodeUtf8 ? 'UTF-8' : 'the encoding given';
    return { ok: false, reason: `the name is not valid ${encoding}`, isEncoding: true };
  }
  if (isSelfOrParent(Buffer.from(name))) return { ok: false, reason: 'the name is "." or ".."' };
  return { ok: true, name };
}

/** The name as a person may see it, control characters and bytes outside UTF-8 made visible. */
export function displayName(filename: Buffer): string {
  const checked = filename.toString('utf8');
  const text = Buffer.from(checked, 'utf8').equals(filename) ? checked : filename.toString('latin1');
  return JSON.stringify(text).slice(1, -1);
}

/** The path of an entry; a directory's and an entry's are relative to the root, which is `''`. */
export function pathIn(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

/** Why no program could open this path at the destination; undefined where one can. A server that follows links back leads there, and never ends. */
export function pathProblem(relativePath: string): string | undefined {
  const bytes = Buffer.byteLength(relativePath);
  return bytes > maxPathBytes ? `its path would have ${bytes} bytes; Linux takes ${maxPathBytes}` : undefined;
}

/**
 * Why S3 cannot hold the object that FSx would export for this path, or undefined where it can. `keyPrefix` is the
 * association's prefix with its final slash; a directory's key ends in a slash too.
 */
export function s3KeyProblem(keyPrefix: string, relativePath: string, isDirectory: boolean): string | undefined {
  const bytes = Buffer.byteLength(keyPrefix) + Buffer.byteLength(relativePath) + (isDirectory ? 1 : 0);
  return bytes > maxKeyBytes ? `its S3 key would have ${bytes} bytes; S3 takes ${maxKeyBytes}` : undefined;
}
