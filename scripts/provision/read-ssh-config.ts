/** The operator's ~/.ssh/config with what it includes, as one text. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { SluiceError } from '../../provision/core/errors';

/** As many levels of Include as OpenSSH follows (ssh_config(5)). */
const deepest = 16;

/** Empty where there is no such file. Throws SSH_CONFIG_UNREADABLE where there is one that cannot be read. */
export async function readSshConfig(file: string, home: string, depth = 0): Promise<string> {
  const text = await readOrEmpty(file);
  const lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const patterns = /^\s*include[\s=]+(.+)$/i.exec(line)?.[1];
    if (patterns === undefined) {
      lines.push(line);
      continue;
    }
    if (depth >= deepest) throw unreadable(file, 'Include goes round in a circle');
    for (const pattern of patterns.trim().split(/\s+/))
      for (const included of await expand(pattern.replace(/^"(.*)"$/, '$1'), home))
        lines.push(await readSshConfig(included, home, depth + 1));
  }
  return lines.join('\n');
}

/** Wildcards in the last part of the path only. Relative paths lie in ~/.ssh. */
async function expand(pattern: string, home: string): Promise<readonly string[]> {
  const path = resolve(home, '.ssh', pattern.replace(/^~(?=\/)/, home));
  const name = basename(path);
  if (!/[*?]/.test(name)) return [path];
  const wanted = new RegExp(
    `^${name
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  const entries = await readdir(dirname(path)).catch(() => []);
  return entries
    .filter((entry) => wanted.test(entry) && !entry.startsWith('.'))
    .sort()
    .map((entry) => join(dirname(path), entry));
}

async function readOrEmpty(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw unreadable(file, error);
  }
}

function unreadable(file: string, cause: unknown): SluiceError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SluiceError(`${file} cannot be read: ${why}`, {
    code: 'SSH_CONFIG_UNREADABLE',
    kind: 'config',
    hint: 'mend it, or leave it out: --ssh-config none',
    cause,
  });
}
