/** What a name resolves to on the host itself, which is what its mounts see. */
import { sh } from '../core/sh';
import type { Fact } from './fact';

/** Empty where the name does not resolve. */
export function resolvedAddresses(name: string): Fact<readonly string[]> {
  return {
    key: `addresses:${name}`,
    probe: sh`getent ahosts ${name}`,
    parse: ({ stdout }) => {
      const addresses = stdout
        .toString('utf8')
        .split('\n')
        .map((line) => line.split(/\s/)[0] ?? '');
      return [...new Set(addresses.filter((address) => address !== ''))];
    },
  };
}
