/**
 * Whether settings go together. The configuration's rules (config/rules/pull-settings.ts) say the same with line and column; here it is
 * said to who runs `sluice copy`, and to an agent whose job was written by hand.
 */
import { join } from 'node:path';
import { SluiceError } from '../../core/errors';
import { resolveExisting } from '../destination/resolve-existing';
import { parseRemovalLimit } from '../removal/removal-limit';
import { isEncodingKnown } from '../sftp/filename';
import { nextTimeOfDay } from '../source/run-limits';
import type { PullJob } from './job';

const leastBytesPerSecond = 1024;

/** Throws a SluiceError of kind `config`. */
export function checkSettings({ source, options, destination, stateDirectory }: PullJob): void {
  const { preserveDeletedFiles, transferMode, sourceAfterTransfer, moveTo, verifyMode } = options;
  parseRemovalLimit(options.removalLimit);
  if (options.limits.until !== undefined) nextTimeOfDay(options.limits.until, 0);
  if (options.bytesPerSecond !== -1 && options.bytesPerSecond < leastBytesPerSecond)
    throw conflict(
      `bytesPerSecond ${options.bytesPerSecond} is too little for files to be moved at`,
      `Use -1 for no limit, or ${leastBytesPerSecond} and more.`,
    );
  if (preserveDeletedFiles === 'REMOVE' && transferMode === 'ALL')
    throw conflict('preserveDeletedFiles REMOVE does not go with transferMode ALL', 'Use transferMode CHANGED.');
  if (preserveDeletedFiles === 'REMOVE' && sourceAfterTransfer !== 'KEEP')
    throw conflict(
      `preserveDeletedFiles REMOVE with sourceAfterTransfer ${sourceAfterTransfer} would remove here what the run before took away there`,
      'Use one of the two.',
    );
  if (sourceAfterTransfer !== 'KEEP' && verifyMode === 'NONE')
    throw conflict(
      `sourceAfterTransfer ${sourceAfterTransfer} does not go with verifyMode NONE: nothing is taken away that was not verified`,
      'Use verifyMode ONLY_FILES_TRANSFERRED.',
    );
  if (sourceAfterTransfer !== 'KEEP' && options.symlinks === 'FOLLOW')
    throw conflict(
      `sourceAfterTransfer ${sourceAfterTransfer} does not go with symlinks FOLLOW: nothing is taken away through a link`,
      'Use symlinks SKIP.',
    );
  if (sourceAfterTransfer !== 'KEEP' && source.access === 'READ_ONCE')
    throw conflict(
      `sourceAfterTransfer ${sourceAfterTransfer} does not go with access READ_ONCE: a file may not be looked at again`,
      'Use sourceAfterTransfer KEEP: such a server deletes by itself.',
    );
  if ((sourceAfterTransfer === 'MOVE') !== (moveTo !== undefined))
    throw conflict('sourceAfterTransfer MOVE and moveTo go together', 'Give both, or neither.');
  if (moveTo !== undefined && (moveTo === source.path || !isPlainPath(moveTo)))
    throw conflict(
      `moveTo ${JSON.stringify(moveTo)} is not an absolute directory other than the source path`,
      'Give a path such as /outgoing/done.',
    );
  if (!isEncodingKnown(source.filenameEncoding))
    throw conflict(
      `filenameEncoding ${JSON.stringify(source.filenameEncoding)} is not known here`,
      'Use a name of the WHATWG Encoding Standard, such as utf-8, latin1, shift_jis.',
    );
  const { path } = destination;
  if (preserveDeletedFiles === 'REMOVE' && isWithin(path, stateDirectory))
    throw conflict(
      `preserveDeletedFiles REMOVE would remove the records of all runs: the state folder ${stateDirectory} lies in the destination ${path}`,
      'Keep it elsewhere; for sluice copy, --state-dir names another folder.',
    );
  if ((options.uid === 'INT_VALUE' || options.gid === 'INT_VALUE') && process.geteuid?.() !== 0)
    throw new SluiceError(`the owners of files in ${path} cannot be set: only root may give files away`, {
      code: 'OWNER_NEEDS_ROOT',
      kind: 'config',
      hint: 'Run as root, or use uid NONE and gid NONE.',
    });
}

/** Whichever links lead there. */
function isWithin(folder: string, path: string): boolean {
  return join(resolveExisting(path), '/').startsWith(join(resolveExisting(folder), '/'));
}

function isPlainPath(path: string): boolean {
  const [root, ...steps] = path.split('/');
  return root === '' && steps.length > 0 && steps.every((step) => step !== '' && step !== '.' && step !== '..');
}

function conflict(message: string, hint: string): SluiceError {
  return new SluiceError(message, { code: 'SETTINGS_CONFLICT', kind: 'config', hint });
}
