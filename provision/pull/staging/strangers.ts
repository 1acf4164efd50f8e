/**
 * Who else could put a part into a folder, for a run to go on with. Whoever owns the folder that it lies in, or may write there, could put
 * another one in its place, so they are trusted as it is; nobody else is.
 */
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';

const groupWrite = 0o020;
const othersWrite = 0o022;
const sticky = 0o1000;

/** Why others can write in it, for a person; undefined where none can. */
export function strangersIn(folder: string): string | undefined {
  const user = process.geteuid?.();
  if (user === undefined) return undefined;
  const stats = fs.lstatSync(folder);
  const above = fs.statSync(dirname(folder));
  const isTrusted = stats.uid === user || stats.uid === above.uid || stats.uid === ownerOfNewIn(folder);
  if (!isTrusted) return `it belongs to user ${stats.uid}`;
  const more = stats.mode & othersWrite & ~replacedBy(above, stats.gid);
  return more === 0 ? undefined : `its mode is ${(stats.mode & 0o777).toString(8).padStart(4, '0')}`;
}

/** Who may write above, and so rename the folder away: nobody but its owner where the sticky bit is set. */
function replacedBy(above: fs.Stats, group: number): number {
  if ((above.mode & sticky) !== 0) return 0;
  return above.gid === group ? above.mode : above.mode & ~groupWrite;
}

/** Not everywhere this process's own user: file systems squash root, or keep no owners. */
function ownerOfNewIn(folder: string): number {
  const probe = fs.mkdtempSync(join(folder, 'owner-'));
  try {
    return fs.lstatSync(probe).uid;
  } finally {
    fs.rmdirSync(probe);
  }
}
