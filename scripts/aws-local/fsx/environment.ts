/** What the emulated service takes from outside: time, chance, the account, and the rest of the emulated AWS. */
import type { Upstream } from '../upstream';

export interface FsxEnvironment {
  readonly accountId: string;
  readonly upstream: Upstream;
  /** How long a creation, an update or a deletion takes. */
  readonly transitionMs: number;
  /**
   * True: a file system or an association is gone as soon as its deletion is asked for, and the answer says so
   * (FileSystemNotFound). The Terraform provider takes that as done; otherwise it waits 10 minutes before its first look at
   * a file system, and half a minute at an association (5.100.0).
   */
  readonly deletesAtOnce: boolean;
  now(): number;
  /** Hexadecimal digits. */
  randomHex(length: number): string;
}

/** Tags as the API carries them. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export function tagMap(tags: readonly Tag[]): Map<string, string> {
  return new Map(tags.map(({ Key, Value }) => [Key, Value]));
}

export function tagList(tags: ReadonlyMap<string, string>): readonly Tag[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}
