/** A program of the operator's, run with the operator's environment. */
import { execFile } from 'node:child_process';
import { interrupted } from '../../provision/core/errors';
import type { CliContext } from '../context';

/** Resolves with what it printed; rejects with what it said on standard error, or as interrupted. */
export function runProgram(
  context: Pick<CliContext, 'env' | 'cwd' | 'signal'>,
  program: string,
  args: readonly string[],
): Promise<string> {
  const options = { env: context.env, cwd: context.cwd, signal: context.signal, maxBuffer: 16 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (context.signal.aborted) reject(interrupted(error));
      else reject(new Error(stderr.trim() || error.message, { cause: error }));
    });
  });
}
