/** A word that has to be typed on a terminal before something is done that cannot be undone. */
import { createInterface } from 'node:readline/promises';
import { SluiceError } from '../provision/core/errors';
import type { CliContext } from './context';

/** True where the word was typed; undefined where there is no terminal to ask on. Rejects with INTERRUPTED. */
export async function confirm(context: CliContext, what: string, word: string): Promise<boolean | undefined> {
  if ((context.stdin as NodeJS.ReadStream).isTTY !== true) return undefined;
  const lines = createInterface({ input: context.stdin, output: context.stderr });
  try {
    return (await lines.question(`${what}; type ${word} to go on: `, { signal: context.signal })).trim() === word;
  } catch (cause) {
    throw new SluiceError('interrupted', { code: 'INTERRUPTED', kind: 'interrupted', cause });
  } finally {
    lines.close();
  }
}
