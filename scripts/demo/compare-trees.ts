/**
 * The demo's own judge: compares two folders byte for byte, with modes and modification times, by plain file system calls
 * that share nothing with the pull engine.
 */
import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface TreeComparison {
  readonly files: number;
  readonly directories: number;
  readonly sizeBytes: number;
  /** One line a difference: `path: what`. */
  readonly differences: readonly string[];
}

export async function compareTrees(expectedRoot: string, actualRoot: string): Promise<TreeComparison> {
  const expected = await listTree(expectedRoot);
  const actual = await listTree(actualRoot);
  const differences: string[] = [];
  let files = 0;
  let sizeBytes = 0;
  for (const [path, stats] of expected) {
    const other = actual.get(path);
    if (other === undefined) {
      differences.push(`${path}: missing`);
      continue;
    }
    const difference = attributeDifference(stats, other);
    if (difference !== undefined) differences.push(`${path}: ${difference}`);
    if (!stats.isFile()) continue;
    files += 1;
    sizeBytes += stats.size;
    if ((await digest(join(expectedRoot, path))) !== (await digest(join(actualRoot, path)))) {
      differences.push(`${path}: other content`);
    }
  }
  for (const path of actual.keys()) if (!expected.has(path)) differences.push(`${path}: not in the source`);
  return { files, directories: expected.size - files, sizeBytes, differences };
}

function attributeDifference(expected: Stats, actual: Stats): string | undefined {
  const seconds = (stats: Stats) => Math.floor(stats.mtimeMs / 1000);
  if (expected.isDirectory() !== actual.isDirectory()) return 'another type';
  if (expected.mode !== actual.mode) return `mode ${actual.mode.toString(8)}, expected ${expected.mode.toString(8)}`;
  if (expected.isFile() && seconds(expected) !== seconds(actual)) {
    return `mtime ${seconds(actual)}, expected ${seconds(expected)}`;
  }
  return undefined;
}

async function listTree(root: string): Promise<Map<string, Stats>> {
  const found = new Map<string, Stats>();
  for (const path of await readdir(root, { recursive: true })) found.set(path, await lstat(join(root, path)));
  return found;
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
