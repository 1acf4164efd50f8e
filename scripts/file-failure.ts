/** Errors of the file system that no command expected, in words. */
import { SluiceError } from '../provision/core/errors';
import { systemCodeOf } from '../provision/core/system-errors';

const fixes: Readonly<Record<string, string>> = {
  EAGAIN: 'allow more processes (ulimit -u), or end some',
  EACCES: 'give this user the right to it, or name another path',
  EDQUOT: 'make room in the quota, or name a path on another file system',
  EEXIST: 'something else is there already: move it away, or name another path',
  EISDIR: 'it is a folder: name a file',
  EMFILE: 'allow more open files (ulimit -n)',
  ENFILE: 'close what holds many files open: the system allows no more (sysctl fs.file-max)',
  ENOENT: 'it, or a folder on the way to it, is not there: make it, or name another path',
  ENOMEM: 'end what takes much memory',
  ENOSPC: 'make room on that disk, or name a path on another one',
  ENOTDIR: 'it, or something on the way to it, is a file: name a folder',
  EPERM: 'give this user the right to it, or name another path',
  EROFS: 'that file system is read-only: name a path on another one',
};

/**
 * What to do about an error of a call on a path, or about the one that a SluiceError without a hint tells of: the message names the path.
 * Undefined for any other error.
 */
export function fixOfFileFailure(error: unknown): string | undefined {
  if (error instanceof SluiceError) return fixOfCall(error.cause);
  return (error as Partial<NodeJS.ErrnoException> | undefined)?.path === undefined ? undefined : fixOfCall(error);
}

function fixOfCall(error: unknown): string | undefined {
  const { syscall } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  return syscall === undefined ? undefined : fixes[systemCodeOf(error) ?? ''];
}
