/** The operator's ~/.ssh/config with what it includes. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { includePatterns, type SshConfigFile } from '../../provision/connection/ssh-config';
import { matchesPattern } from '../../provision/connection/ssh-config-lines';
import { SluiceError } from '../../provision/core/errors';

/** As many levels of Include as OpenSSH follows (ssh_config(5)). */
const deepest = 16;

interface ReadOptions {
  /** The operator named the file: one that is not there is a slip. */
  readonly isNamed?: boolean;
}

/** Empty where there is no such file, and none was named. Throws SSH_CONFIG_UNREADABLE where there is one that cannot be read. */
export function readSshConfig(
  file: string,
  home: string,
  { isNamed = false }: ReadOptions = {},
): Promise<SshConfigFile> {
  return readWithIncludes(file, home, { isNamed, depth: 0 });
}

async function readWithIncludes(
  file: string,
  home: string,
  { isNamed = false, depth }: ReadOptions & { readonly depth: number },
): Promise<SshConfigFile> {
  const text = await readText(file, isNamed);
  const included = new Map<string, readonly SshConfigFile[]>();
  for (const pattern of includePatterns(text, file)) {
    if (depth >= deepest) throw unreadable(file, 'Include goes round in a circle');
    const files: SshConfigFile[] = [];
    for (const path of await expand(pattern, home))
      files.push(await readWithIncludes(path, home, { depth: depth + 1 }));
    included.set(pattern, files);
  }
  return { file, text, included };
}

/** Wildcards in the last part of the path only. Relative paths lie in ~/.ssh. */
async function expand(pattern: string, home: string): Promise<readonly string[]> {
  const path = resolve(home, '.ssh', pattern.replace(/^~(?=\/)/, home));
  const name = basename(path);
  if (!/[*?]/.test(name)) return [path];
  const entries = await readdir(dirname(path)).catch(() => []);
  return entries
    .filter((entry) => matchesPattern(name, entry) && !entry.startsWith('.'))
    .sort()
    .map((entry) => join(dirname(path), entry));
}

async function readText(file: string, isNamed: boolean): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !isNamed) return '';
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
