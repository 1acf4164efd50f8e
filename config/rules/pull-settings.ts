/** `pull` and `source`: settings that do not go together, and values with a form of their own. */
import { isCleanPath } from '../clean-path';
import { show } from '../secrecy';
import { field, type Rule } from './rule';

const removal = field('removal-mode', 'pull.preserveDeletedFiles', (value, { pull }) => {
  if (value !== 'REMOVE') return undefined;
  if (pull.transferMode === 'ALL')
    return { message: 'REMOVE does not go with transferMode ALL, as in DataSync', fix: 'use transferMode: CHANGED' };
  if (pull.sourceAfterTransfer !== 'KEEP')
    return {
      message: `REMOVE with sourceAfterTransfer ${pull.sourceAfterTransfer} would remove here what the run before took away there`,
      fix: 'use one of the two',
    };
  return undefined;
});

const removalLimit = field('removal-limit', 'pull.removalLimit', (value) => {
  if (typeof value === 'number' || /^(?:100|\d{1,2})%$/.test(value)) return undefined;
  return { message: `${show(value)} is neither a number of files nor a share up to 100%`, fix: 'write 1000 or 25%' };
});

const bytesPerSecond = field('bytes-per-second', 'pull.bytesPerSecond', (value) =>
  value === -1 || value >= 1024
    ? undefined
    : { message: `${value} bytes a second would move nothing`, fix: 'write -1 for no limit, or 1024 and more' },
);

const sourceAfterTransfer = field('source-after-transfer', 'pull.sourceAfterTransfer', (value, { pull, source }) => {
  if (value === 'KEEP') return undefined;
  if (pull.verifyMode === 'NONE')
    return {
      message: `${value} does not go with verifyMode NONE: nothing is taken away that was not verified`,
      fix: 'use verifyMode: ONLY_FILES_TRANSFERRED',
    };
  if (pull.symlinks === 'FOLLOW')
    return {
      message: `${value} does not go with symlinks FOLLOW: nothing is taken away through a link`,
      fix: 'use symlinks: SKIP',
    };
  if (source.access === 'READ_ONCE')
    return {
      message: `${value} does not go with source.access READ_ONCE: a file may not be looked at again`,
      fix: 'use KEEP: such a server deletes by itself',
    };
  if (value === 'MOVE' && pull.moveTo === undefined)
    return { message: 'MOVE does not say where to', fix: 'add moveTo, such as /outgoing/done' };
  return undefined;
});

const moveTo = field('move-to', 'pull.moveTo', (value, { pull, source }) => {
  if (pull.sourceAfterTransfer !== 'MOVE')
    return { message: 'is for sourceAfterTransfer: MOVE only', fix: 'add that, or remove this' };
  if (value === source.path || value === '/' || !isCleanPath(value))
    return {
      message: `${show(value)} is not an absolute directory other than source.path`,
      fix: 'write a path such as /outgoing/done',
    };
  return undefined;
});

const until = field('until', 'pull.limits.until', (value) =>
  /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(value)
    ? undefined
    : { message: `${show(value)} is not a time of day`, fix: 'write it as "06:00", in UTC and in quotes' },
);

const filenameEncoding = field('filename-encoding', 'source.filenameEncoding', (value) => {
  try {
    new TextDecoder(value);
    return undefined;
  } catch {
    return {
      message: `${show(value)} is not an encoding that is known`,
      fix: 'write utf-8, latin1, shift_jis, gbk...',
    };
  }
});

export const pullSettingRules: readonly Rule[] = [
  removal,
  removalLimit,
  bytesPerSecond,
  sourceAfterTransfer,
  moveTo,
  until,
  filenameEncoding,
];
