/** An error of this machine's file calls as what a person can act on. */
import { type ErrorKind, messageOf, SluiceError } from '../../core/errors';
import { formatBytes } from '../../core/units';

const hints: Readonly<Record<string, string>> = {
  ENOSPC:
    'Make room or grow it (bytes, or files where its inodes are used up), then run again; it goes on where it stopped.',
  EDQUOT: 'Raise the quota, then run again; it goes on where it stopped.',
  EROFS: 'Mount it for writing, then run again; it goes on where it stopped.',
  ENOTDIR: 'A file is where a directory has to be: name another destination, or move that file away.',
  EACCES: 'Let this user write to the destination and to the staging folder.',
};

export interface LocalSituation {
  /** Of files listed so far, and not at the destination yet: what has to fit at least. */
  readonly missingBytes?: number;
  /** Default `failed`; `blocked` where no run took place. */
  readonly kind?: ErrorKind;
}

/** Passes on what is a SluiceError already. */
export function localFailure(cause: unknown, { missingBytes, kind }: LocalSituation = {}): SluiceError {
  if (cause instanceof SluiceError) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  const hint = code === undefined ? undefined : hints[code];
  return new SluiceError(whatFailed(cause, missingBytes), {
    code: code ?? 'UNEXPECTED',
    cause,
    ...(kind === undefined ? {} : { kind }),
    ...(hint === undefined ? {} : { hint }),
  });
}

function whatFailed(cause: unknown, missingBytes = 0): string {
  const { code } = cause as NodeJS.ErrnoException;
  const isKnown = missingBytes > 0;
  const needed = isKnown ? `: ${formatBytes(missingBytes)} at least are still to come, of the files listed so far` : '';
  if (code === 'ENOSPC') return `the destination is full${needed} (${messageOf(cause)})`;
  if (code === 'EDQUOT') return `the quota at the destination is used up${needed} (${messageOf(cause)})`;
  return messageOf(cause);
}
