/**
 * What FSx writes of a file beside its content, and reads of an object (FSx for Lustre user guide, "POSIX metadata support for data
 * repositories"): type and permissions in octal, owner and group, times in nanoseconds.
 */
import type { BigIntStats } from 'node:fs';
import { parseFileTime } from '../../export-proof/object-facts';

/** Type bits of st_mode (inode(7)). */
const typeMask = 0o170000;
const symbolicLink = 0o120000;

export function metadataOf(stats: BigIntStats): Record<string, string> {
  return {
    'user-agent': 'aws-fsx-lustre',
    'file-permissions': `0${Number(stats.mode).toString(8)}`.slice(-7),
    'file-owner': String(stats.uid),
    'file-group': String(stats.gid),
    'file-atime': `${stats.atimeNs}ns`,
    'file-mtime': `${stats.mtimeNs}ns`,
  };
}

export interface ObjectAttributes {
  readonly isLink: boolean;
  /** Permission bits. */
  readonly mode: number;
  readonly mtimeMs: number;
}

/** Where an object says nothing, FSx gives 0755 and the object's own time. */
export function attributesOf(
  metadata: Readonly<Record<string, string>> = {},
  lastModified: Date | undefined,
): ObjectAttributes {
  const permissions = Number.parseInt(metadata['file-permissions'] ?? '', 8);
  const isKnown = !Number.isNaN(permissions);
  return {
    isLink: isKnown && (permissions & typeMask) === symbolicLink,
    mode: isKnown ? permissions & 0o777 : 0o755,
    mtimeMs: parseFileTime(metadata['file-mtime']) ?? lastModified?.getTime() ?? 0,
  };
}
