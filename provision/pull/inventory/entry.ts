/**
 * What `agent.js inventory` prints, one JSON object a line, in the order of S3 keys (bytes of UTF-8; a directory's path ends in `/`,
 * as its key does). The last line is the end mark: a listing without it is not whole.
 */

export interface InventoryEntry {
  /** Relative to the root. Where `problem` says that the name is none, a form of it that can be shown. */
  readonly path: string;
  /** `absent`: the source has it and the file system has not. */
  readonly type: 'file' | 'directory' | 'link' | 'other' | 'absent';
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  /** The last change of content or attributes, by the file system's clock. */
  readonly ctimeMs: number;
  /** Of files on Lustre: the flags of `lfs hsm_state`. */
  readonly hsm?: number;
  /** Of files that a run transferred, as they are now by size and time: the digest of what was received. */
  readonly sha256?: string;
  /** Of directories: nothing is in it. */
  readonly isEmpty?: boolean;
  /** Why no object can have its name, or nothing is known of it. Such an entry stands outside the order. */
  readonly problem?: string;
  /** What the source has under this path, where it was asked and the job takes it. */
  readonly source?: SourceSide;
}

export type SourceSide =
  /** Without a time where the job does not keep the source's. */
  | { readonly sizeBytes: number; readonly mtimeSeconds?: number }
  | { readonly directory: true }
  | { readonly link: true }
  /** It cannot be pulled, and why. */
  | { readonly problem: string };

export interface InventoryEnd {
  readonly end: true;
  readonly entries: number;
}

/** `enum hsm_states` of Lustre (lustre_user.h), as `lfs hsm_state` prints them. */
export const hsm = {
  exists: 0x1,
  dirty: 0x2,
  released: 0x4,
  archived: 0x8,
  noRelease: 0x10,
  noArchive: 0x20,
  lost: 0x40,
} as const;

/** Its last change is in the repository, by what Lustre knows. */
export function isArchived(flags: number): boolean {
  const { exists, archived, dirty, lost } = hsm;
  return (flags & (exists | archived | dirty | lost)) === (exists | archived);
}
