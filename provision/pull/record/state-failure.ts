/** The state folder cannot be written: a fault of the host and not of the destination, though errno(3) has the same words for both. */
import { messageOf, SluiceError } from '../../core/errors';
import { systemCodeOf } from '../../core/system-errors';

const hints: Readonly<Record<string, string>> = {
  ENOSPC: 'Make room on its file system (folders of old runs in runs/ may go)',
  EDQUOT: 'Raise its quota (folders of old runs in runs/ may go)',
  EROFS: 'Mount its file system for writing',
  EACCES: 'Let this user write to it',
};

/** `path`: the folder, or what in it could not be written. Passes on what is one already. */
export function stateFailure(path: string, cause: unknown): SluiceError {
  if (cause instanceof SluiceError) return cause;
  const hint = hints[systemCodeOf(cause) ?? ''] ?? "Look at the host's disk";
  return new SluiceError(`the state folder cannot be written: ${path} (${messageOf(cause)})`, {
    code: 'STATE_UNWRITABLE',
    hint: `${hint}, then run again; it goes on where it stopped.`,
    cause,
  });
}
