/** A secret typed on a terminal, without an echo. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { interrupted, SluiceError } from '../../provision/core/errors';
import { Secret } from '../../provision/core/secret';
import type { CliContext } from '../context';

/** `instead` says how to give it where nobody can be asked. Rejects with SECRET_MISSING, of kind `config`, or INTERRUPTED. */
export function askSecret(context: CliContext, what: string, instead: string): Promise<Secret> {
  const { stdin, stderr, signal } = context;
  if ((stdin as NodeJS.ReadStream).isTTY !== true)
    return Promise.reject(
      new SluiceError(`${what} is needed, and there is no terminal to ask for it on`, {
        code: 'SECRET_MISSING',
        kind: 'config',
        hint: instead,
      }),
    );
  return new Promise((resolve, reject) => {
    stderr.write(`${what}: `);
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input: stdin, output: nowhere, terminal: true, historySize: 0 });
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', interrupt);
      lines.removeAllListeners('close').close();
      stderr.write('\n');
      settle();
    };
    const interrupt = () => end(() => reject(interrupted()));
    signal.addEventListener('abort', interrupt, { once: true });
    lines.once('line', (line) => end(() => resolve(new Secret(line))));
    lines.once('SIGINT', interrupt);
    lines.once('close', interrupt);
  });
}
