/** How a command gets its configuration: warnings go to stderr, errors end the command with exit code 3. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Loaded } from '../config/load';
import { countProblems, formatProblem } from '../config/problem';
import type { Migration } from '../config/schema';
import { messageOf, SluiceError } from '../provision/core/errors';
import type { CliContext } from './context';

export const defaultConfigFile = 'migration.yaml';

/**
 * Reads and checks a configuration; `file` is what the user gave, relative to the working directory.
 * @throws SluiceError CONFIG_NOT_FOUND or CONFIG_UNREADABLE where there is no text to check.
 */
export async function checkConfig(context: CliContext, file: string = defaultConfigFile): Promise<Loaded> {
  const text = await readConfig(resolve(context.cwd, file), file);
  // Loaded when needed: the YAML and schema libraries cost start-up time that `--help` need not pay.
  const { loadMigration } = await import('../config/load');
  return loadMigration(text, { file, today: context.now() });
}

/**
 * The configuration that a command works from, and the absolute path of its file.
 * @throws SluiceError of kind `config` that lists every problem.
 */
export async function loadConfig(
  context: CliContext,
  file: string = defaultConfigFile,
): Promise<{ readonly migration: Migration; readonly file: string }> {
  const { migration, problems } = await checkConfig(context, file);
  if (migration === undefined) {
    const lines = problems.map(formatProblem);
    throw new SluiceError(`${file} is not valid: ${countProblems(problems)}\n${lines.join('\n')}`, {
      code: 'CONFIG_INVALID',
      kind: 'config',
    });
  }
  for (const problem of problems) context.stderr.write(`${formatProblem(problem)}\n`);
  return { migration, file: resolve(context.cwd, file) };
}

async function readConfig(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new SluiceError(`${file} does not exist`, {
        code: 'CONFIG_NOT_FOUND',
        kind: 'config',
        hint: `cp migration.example.yaml ${defaultConfigFile}, then edit it; or name another file with --config`,
        cause,
      });
    }
    throw new SluiceError(`cannot read ${file}: ${messageOf(cause)}`, {
      code: 'CONFIG_UNREADABLE',
      kind: 'config',
      cause,
    });
  }
}
