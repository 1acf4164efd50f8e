/** The folder that a command is started in. */
import { messageOf, SluiceError } from '../provision/core/errors';

/** @throws SluiceError of kind `config` where it was removed since, or a folder above it is shut to this user. */
export function workingDirectory(process: Pick<NodeJS.Process, 'cwd'>): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new SluiceError(`the working directory is not there: ${messageOf(cause)}`, {
      code: 'NO_WORKING_DIRECTORY',
      kind: 'config',
      hint: 'cd to a folder that is there, or out of this one and in again, and run it again',
      cause,
    });
  }
}
