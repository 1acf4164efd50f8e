/** The algorithms offered to a server: the fast ones first, old ones only where the settings say so. */
import type { Algorithms, CipherAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';

/**
 * AES-GCM first: the fastest cipher on anything with AES instructions, by a factor of two on one without ssh2's addon. ChaCha20-Poly1305, much slower in
 * Node.js, for servers that let in nothing else.
 */
const ciphers: CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
  'chacha20-poly1305@openssh.com',
];

/** A type of host key, and the signatures that a server may make with it. */
export interface HostKeyType {
  readonly keyType: string;
  readonly algorithms: readonly ServerHostKeyAlgorithm[];
}

/** What ssh2 offers by itself, by the key type that a server then presents. ssh-dss is not among them. */
export const hostKeyAlgorithms: readonly HostKeyType[] = [
  { keyType: 'ssh-ed25519', algorithms: ['ssh-ed25519'] },
  { keyType: 'ecdsa-sha2-nistp256', algorithms: ['ecdsa-sha2-nistp256'] },
  { keyType: 'ecdsa-sha2-nistp384', algorithms: ['ecdsa-sha2-nistp384'] },
  { keyType: 'ecdsa-sha2-nistp521', algorithms: ['ecdsa-sha2-nistp521'] },
  { keyType: 'ssh-rsa', algorithms: ['rsa-sha2-512', 'rsa-sha2-256'] },
];

/**
 * Offered after everything else, and only where the settings say so: SHA-1 signatures and key exchange, CBC and 3DES ciphers. ssh-dss and
 * RC4 are not among them.
 */
const legacy = {
  cipher: ['aes128-cbc', 'aes192-cbc', 'aes256-cbc', '3des-cbc'],
  kex: ['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
  serverHostKey: ['ssh-rsa'],
} as const;

export function algorithmsFor(hostKeys: readonly HostKeyType[], isLegacy: boolean): Algorithms {
  if (!isLegacy) return { cipher: ciphers, serverHostKey: hostKeys.flatMap(({ algorithms }) => algorithms) };
  return {
    cipher: [...ciphers, ...legacy.cipher],
    serverHostKey: withOldSignatures(hostKeys),
    kex: { append: [...legacy.kex], prepend: [], remove: [] },
  };
}

/** With the keys of RSA servers, in their old form too. */
function withOldSignatures(hostKeys: readonly HostKeyType[]): ServerHostKeyAlgorithm[] {
  const algorithms = hostKeys.flatMap((each) => each.algorithms);
  return hostKeys.some(({ keyType }) => keyType === 'ssh-rsa') ? [...algorithms, ...legacy.serverHostKey] : algorithms;
}
