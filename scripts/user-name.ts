/** What the user who runs sluice is called at this machine. */
import { userInfo } from 'node:os';
import { SluiceError } from '../provision/core/errors';
import type { CliContext } from './context';

/** Undefined where neither the system nor the environment has a name, as for a user number of a container's own. */
export function localUserName({ USER, LOGNAME }: CliContext['env']): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return [USER, LOGNAME].find((name) => name !== undefined && name !== '');
  }
}

/** Of a server that is named without a user: the local one. @throws SluiceError of kind `config` where that has no name. */
export function userNameAt(server: string, localUser: string | undefined): string {
  if (localUser !== undefined) return localUser;
  throw new SluiceError(
    `nobody is named for ${server}, and this machine has no name for its user ${process.getuid?.()}`,
    {
      code: 'NO_USER_NAME',
      kind: 'config',
      hint: `write user@${server}`,
    },
  );
}
