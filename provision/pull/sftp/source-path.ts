/** Paths at the source: bytes, because the protocol says nothing of their encoding. Text stands for its UTF-8. */
import { displayName } from '../source/names';

export type SourcePath = Buffer | string;

/** A path's entry, as the server takes it. */
export function childOf(directory: Buffer, name: Buffer): Buffer {
  const isRoot = directory[directory.length - 1] === slash;
  return Buffer.concat(isRoot ? [directory, name] : [directory, slashBytes, name]);
}

/** Whether a path, both without links, is a directory's or lies beneath it. */
export function isWithin(directory: Buffer, path: Buffer): boolean {
  if (path.equals(directory)) return true;
  const prefix = directory[directory.length - 1] === slash ? directory : Buffer.concat([directory, slashBytes]);
  return path.subarray(0, prefix.length).equals(prefix);
}

export function bytesOf(path: SourcePath): Buffer {
  return typeof path === 'string' ? Buffer.from(path) : path;
}

export function showPath(path: SourcePath): string {
  return typeof path === 'string' ? path : displayName(path);
}

const slash = 0x2f;
const slashBytes = Buffer.from('/');
