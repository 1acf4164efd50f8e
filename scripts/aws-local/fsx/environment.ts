/** What the emulated service takes from outside: time, chance, the account, and the rest of the emulated AWS. */
import type { Upstream } from '../upstream';

export interface FsxEnvironment {
  readonly accountId: string;
  readonly upstream: Upstream;
  /** How long a creation, an update or a deletion takes. */
  readonly transitionMs: number;
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
