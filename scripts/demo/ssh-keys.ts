/** Key pairs for the demo's own servers and accounts: made in memory, used once. */
import { utils } from 'ssh2';
import { fingerprintOf } from '../../provision/core/host-keys';

export interface KeyPair {
  /** OpenSSH private key, PEM. */
  readonly privateKey: string;
  /** One line of an OpenSSH .pub file. */
  readonly publicKey: string;
  /** `SHA256:...`, as `ssh-keygen -lf` prints it. */
  readonly fingerprint: string;
}

export function generateKeyPair(comment: string): KeyPair {
  let pair = utils.generateKeyPairSync('ed25519', { comment });
  // About one key in three hundred comes out malformed (ssh2 1.17.0); nobody could read it, ssh2 itself neither.
  while (utils.parseKey(pair.private) instanceof Error) pair = utils.generateKeyPairSync('ed25519', { comment });
  const blob = Buffer.from(pair.public.split(' ')[1] ?? '', 'base64');
  return { privateKey: pair.private, publicKey: pair.public, fingerprint: fingerprintOf(blob) };
}
