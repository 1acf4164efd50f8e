import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A path without links, as far as it exists; what does not exist yet is kept as it is. */
export function resolveExisting(path: string): string {
  const parent = dirname(path);
  if (fs.existsSync(path) || parent === path) return fs.realpathSync(path);
  return join(resolveExisting(parent), basename(path));
}
