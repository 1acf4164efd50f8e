/** An error of this machine's file calls as what a person can act on. */
import { type ErrorKind, messageOf, SluiceError } from '../../core/errors';
import { systemCodeOf } from '../../core/system-errors';
import { formatBytes } from '../../core/units';

const hints: Readonly<Record<string, string>> = {
  ENOSPC:
    'Make room or grow it (bytes, or files where its inodes are used up), then run again; it goes on where it stopped.',
  EDQUOT: 'Raise the quota, then run again; it goes on where it stopped.',
  EROFS: 'Mount it for writing, then run again; it goes on where it stopped.',
  ENOTDIR: 'A file is where a directory has to be: name another destination, or move that file away.',
  EACCES: 'Let this user write to the destination and to the staging folder.',
};
const otherHint = 'Look at it at the destination, and at the staging folder; then run again.';
const unexpectedHint = 'This is a fault of sluice: please tell its authors, with events.ndjson.';

export interface LocalSituation {
  /** Of files listed so far, and not at the destination yet: what has to fit at least. */
  readonly missingBytes?: number;
  /** Default `failed`; `blocked` where no run took place. */
  readonly kind?: ErrorKind;
}

/** Passes on what is a SluiceError already. */
export function localFailure(cause: unknown, { missingBytes, kind }: LocalSituation = {}): SluiceError {
  if (cause instanceof SluiceError) return cause;
  const code = systemCodeOf(cause);
  return new SluiceError(whatFailed(cause, missingBytes), {
    code: code ?? 'UNEXPECTED',
    cause,
    hint: code === undefined ? unexpectedHint : (hints[code] ?? otherHint),
    kind,
  });
}

/** Entries are reached by the descriptor of the directory that they are in, which tells a person nothing. */
function withoutDescriptors(message: string): string {
  return message.replace(/\/proc\/self\/fd\/\d+\//g, '');
}

function whatFailed(cause: unknown, missingBytes = 0): string {
  const code = systemCodeOf(cause);
  const message = withoutDescriptors(messageOf(cause));
  const isKnown = missingBytes > 0;
  const needed = isKnown ? `: ${formatBytes(missingBytes)} at least are still to come, of the files listed so far` : '';
  if (code === 'ENOSPC') return `the destination is full${needed} (${message})`;
  if (code === 'EDQUOT') return `the quota at the destination is used up${needed} (${message})`;
  return message;
}
