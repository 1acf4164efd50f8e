/** Small files that are whole, or as they were, whenever the power goes. */
import * as fs from 'node:fs';
import { dirname } from 'node:path';

/** On storage when it returns, but for a name that is new: for a draft that gets its real name afterwards. */
export function writeSynced(path: string, text: string, mode: number): void {
  withFile(path, 'w', mode, (fd) => {
    fs.writeFileSync(fd, text);
    fs.fsyncSync(fd);
  });
}

/** In the place of what is there; on storage, with its name, when it returns. Leaves nothing beside it. */
export function replaceDurably(path: string, text: string, mode: number): void {
  const draft = `${path}.part`;
  try {
    writeSynced(draft, text, mode);
    fs.renameSync(draft, path);
    syncFolder(dirname(path));
  } catch (error) {
    removeIfPossible(draft);
    throw error;
  }
}

/** Names made in it, and taken away, are on storage when it returns. */
export function syncFolder(path: string): void {
  withFile(path, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY, undefined, (fd) => fs.fsyncSync(fd));
}

function withFile(path: string, flags: string | number, mode: number | undefined, work: (fd: number) => void): void {
  const fd = fs.openSync(path, flags, mode);
  try {
    work(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function removeIfPossible(path: string): void {
  try {
    fs.rmSync(path, { force: true });
  } catch {
    // Why it could not be written is what is told.
  }
}
