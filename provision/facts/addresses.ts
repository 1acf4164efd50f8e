/** What a name resolves to on the host itself, which is what its mounts see; and the host's own addresses. */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

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

/** The addresses of the host's interfaces, by `ip -o addr`: `2: eth0    inet 10.20.0.5/24 brd ...`, a line each. */
export const ownAddresses: Fact<readonly string[]> = {
  key: 'own-addresses',
  probe: sh`ip -o addr show`,
  parse: (result) => [...textOf(result).matchAll(/ inet6? ([^\s/]+)/g)].map(([, address]) => address ?? ''),
};
