/** An error of a file call as Node.js throws it where libuv has no name for it (EDQUOT, ESTALE). */
import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';

export function unnamedError(name: 'EDQUOT' | 'ESTALE', syscall: string): NodeJS.ErrnoException {
  const errno = -constants.errno[name];
  const code = getSystemErrorName(errno);
  return Object.assign(new Error(`${code}: ${code}, ${syscall}`), { errno, code, syscall });
}
