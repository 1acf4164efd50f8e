/** What a thread that writes files is told, and what it answers. */

export type Order =
  | { readonly kind: 'learn'; readonly block: number; readonly memory: Uint8Array }
  /** A large file: the first `sizeBytes` are there already, and are part of its digest and tag. */
  | ({ readonly kind: 'begin' } & FileToWrite)
  | {
      readonly kind: 'write';
      readonly id: number;
      readonly block: number;
      readonly length: number;
      readonly position: number;
    }
  /** Digest and tag of what was written. */
  | { readonly kind: 'finish'; readonly id: number }
  /** Reads back up to `sizeBytes` what is written, from where the order before it ended. */
  | ({ readonly kind: 'read-back' } & FileToReadBack)
  /** Tag of what was read back. */
  | { readonly kind: 'finish-read-back'; readonly id: number }
  | { readonly kind: 'end'; readonly id: number }
  /** Small files, whole. */
  | { readonly kind: 'make'; readonly block: number; readonly files: readonly FileToMake[] }
  | { readonly kind: 'rename'; readonly files: readonly FileToRename[] };

export interface FileToWrite {
  readonly id: number;
  readonly fd: number;
  readonly sizeBytes: number;
  readonly hash: boolean;
  /** Of its tag, where it is to be read back (`mac.ts`). */
  readonly key: Uint8Array | undefined;
}

export interface FileToReadBack {
  readonly id: number;
  readonly fd: number;
  readonly sizeBytes: number;
  readonly key: Uint8Array;
}

export interface FileToMake {
  readonly path: string;
  /** Where its bytes are in the block. */
  readonly offset: number;
  readonly length: number;
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly mtimeSeconds: number | undefined;
  readonly hash: boolean;
  readonly sync: boolean;
  /** Reads back what was written, and compares. */
  readonly verify: boolean;
}

export interface FileToRename {
  readonly from: string;
  readonly to: string;
}

export interface Answer {
  /** SHA-256; '' where hashing was not wanted. */
  readonly sha256?: string;
  /** Of the file's MAC; '' where it is not to be read back. */
  readonly tag?: string;
  readonly results?: readonly FileResult[];
  /** What a file waited for storage lately; where it is known anew. */
  readonly waitMs?: number;
  readonly error?: FileError;
}

export interface FileResult {
  /** SHA-256; '' where hashing was not wanted. */
  readonly sha256?: string;
  readonly isAsWritten?: boolean;
  readonly error?: FileError;
}

export interface FileError {
  readonly message: string;
  readonly code?: string | undefined;
  readonly syscall?: string | undefined;
}
