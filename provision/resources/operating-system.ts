/** The operating system that a host must have. Nothing can change it, so another one blocks the play. */
import { type OsRelease, osRelease } from '../facts/system';
import type { Resource } from './resource';

export interface OperatingSystemParams {
  /** As in os-release(5): `amzn` and `2`; a minor release belongs to its major one: `9.6` to `9`. */
  readonly id: string;
  readonly versionId: string;
  readonly fix: string;
}

export function operatingSystem({ id, versionId, fix }: OperatingSystemParams): Resource<OsRelease> {
  return {
    name: `operating system ${id} ${versionId}`,
    inspect: (reader) => reader.get(osRelease),
    plan(found) {
      if (found.id === id && `${found.versionId}.`.startsWith(`${versionId}.`)) return [];
      return { kind: 'blocked', reason: `the host runs ${found.prettyName}, not ${id} ${versionId}`, fix };
    },
    predict: () => [],
    apply: () => Promise.resolve(),
  };
}
