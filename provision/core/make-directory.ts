/** Makes a directory and those above it that are missing, one by one. */
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { SluiceError } from './errors';

/**
 * Node.js's own `recursive` says "no such file" of a read-only file system, and beneath one that takes no directories (/proc) it asks for ever.
 * May run beside another that makes the same. `onMade` is called after each one, the topmost first. Rejects as mkdir(2) does.
 */
export function makeDirectory(path: string, mode = 0o777, onMade: (path: string) => void = () => undefined): void {
  if (isDirectory(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent, mode, onMade);
  try {
    fs.mkdirSync(path, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (isDirectory(path)) return;
    throw danglingLink(path, error) ?? error;
  }
  onMade(path);
}

function isDirectory(path: string): boolean {
  return fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** What is wrong with a link that leads to nothing, which mkdir(2) calls "file exists"; undefined where the path is no such link. */
export function danglingLink(path: string, cause?: unknown): SluiceError | undefined {
  const isLink = fs.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (!isLink || fs.statSync(path, { throwIfNoEntry: false }) !== undefined) return undefined;
  return new SluiceError(`${path} is a link to ${fs.readlinkSync(path)}, which is not there`, {
    code: 'DANGLING_LINK',
    kind: 'blocked',
    hint: 'Make the folder that it leads to (mount what holds it), or remove the link, then run again.',
    cause,
  });
}
