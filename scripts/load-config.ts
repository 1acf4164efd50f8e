/** How a command gets its configuration: warnings go to stderr, errors end the command with exit code 3. */
import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Loaded } from '../config/load';
import { countProblems, formatProblem } from '../config/problem';
import type { Migration } from '../config/schema';
import { messageOf, SluiceError } from '../provision/core/errors';
import { sh } from '../provision/core/sh';
import type { CliContext } from './context';
import { packageFolder } from './package-folder';

export const defaultConfigFile = 'migration.yaml';

/**
 * Reads and checks a configuration; `file` is what the user gave, relative to the working directory.
 * @throws SluiceError CONFIG_NOT_FOUND or CONFIG_UNREADABLE where there is no text to check.
 */
export async function checkConfig(context: CliContext, file: string): Promise<Loaded> {
  const text = await readConfig(context, file);
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
  file: string,
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

/** The example that is installed with the command line, as it is named in the working directory. */
function exampleFrom(cwd: string): string {
  const file = join(packageFolder(), 'migration.example.yaml');
  const near = relative(cwd, file);
  return near.startsWith('..') ? file : near;
}

async function readConfig(context: CliContext, file: string): Promise<string> {
  try {
    return await readFile(resolve(context.cwd, file), 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new SluiceError(`${file} does not exist`, {
        code: 'CONFIG_NOT_FOUND',
        kind: 'config',
        hint: `${sh`cp ${exampleFrom(context.cwd)} ${file}`}, then edit it; or name another file with --config`,
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
