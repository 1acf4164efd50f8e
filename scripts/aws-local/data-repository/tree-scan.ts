/** A folder as it is at one moment, by paths as S3 keys have them. */
import type { BigIntStats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** By path relative to the root; a directory's ends in `/`. The root itself is not in it. */
export type TreeScan = ReadonlyMap<string, BigIntStats>;

export async function scanTree(root: string): Promise<TreeScan> {
  const found = new Map<string, BigIntStats>();
  await scanDirectory(root, '', found);
  return found;
}

async function scanDirectory(root: string, path: string, found: Map<string, BigIntStats>): Promise<void> {
  for (const name of await readdir(join(root, path)).catch(ifGone)) {
    const stats = await lstat(join(root, path, name), { bigint: true }).catch(() => undefined);
    if (stats === undefined) continue;
    if (stats.isDirectory()) {
      found.set(`${path}${name}/`, stats);
      await scanDirectory(root, `${path}${name}/`, found);
    } else if (stats.isFile() || stats.isSymbolicLink()) found.set(path + name, stats);
  }
}

function ifGone(error: NodeJS.ErrnoException): readonly string[] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
  throw error;
}

/** The same file, with the same content and attributes, as far as a file system tells. A directory's time changes with what is in it. */
export function isSame(a: BigIntStats, b: BigIntStats): boolean {
  if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid) return false;
  return a.isDirectory() ? b.isDirectory() : a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs;
}
