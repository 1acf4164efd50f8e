/** The private key in a text: OpenSSH, PEM, or PuTTY's in version 2 of its format, which is all that ssh2 reads. */
import { type ParsedKey, utils } from 'ssh2';
import type { Secret } from './secret';

/** What to give instead of a text that holds none. */
export const usableKeys =
  'an OpenSSH or PEM private key (of a newer .ppk makes one: puttygen FILE -O private-openssh -o NEW)';

/** Of several in one text the first. An Error says why none can be used, with nothing of the text in it. */
export function parsePrivateKey(text: Secret, passphrase?: Secret): ParsedKey | Error {
  const parsed = utils.parseKey(text.reveal(), passphrase?.reveal()) as ParsedKey | readonly ParsedKey[] | Error;
  const first = Array.isArray(parsed) ? (parsed[0] as ParsedKey | undefined) : (parsed as ParsedKey | Error);
  if (first === undefined) return new Error('it holds no key');
  if (first instanceof Error || first.isPrivateKey()) return first;
  return new Error('it is a public key');
}
