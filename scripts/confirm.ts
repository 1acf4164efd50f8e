/** A word that has to be typed on a terminal before something is done that cannot be undone. */
import { createInterface } from 'node:readline';
import { interrupted } from '../provision/core/errors';
import type { CliContext } from './context';

/**
 * True where the word was typed, false for anything else, the end of the input (Ctrl-D) too; undefined where there is no terminal to ask
 * on. Rejects with INTERRUPTED.
 */
export function confirm(context: CliContext, what: string, word: string): Promise<boolean | undefined> {
  const { stdin, stderr, signal } = context;
  if ((stdin as NodeJS.ReadStream).isTTY !== true) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stdin, output: stderr });
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', interrupt);
      lines.removeAllListeners('close').close();
      settle();
    };
    const leave = (settle: () => void) => {
      stderr.write('\n');
      end(settle);
    };
    const interrupt = () => leave(() => reject(interrupted()));
    signal.addEventListener('abort', interrupt, { once: true });
    // While a line is typed on a terminal, Ctrl-C is a key to readline and no signal.
    lines.once('SIGINT', interrupt);
    lines.once('close', () => leave(() => resolve(false)));
    lines.question(`${what}; type ${word} to go on: `, (answer) => end(() => resolve(answer.trim() === word)));
    if (signal.aborted) interrupt();
  });
}
