/** Fresh SSH key pairs in files, as `ssh-keygen` writes them, and their fingerprints. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fingerprintOf } from '../../provision/core/host-keys';

export interface KeyFiles {
  readonly privateKeyFile: string;
  readonly publicKeyFile: string;
  /** `SHA256:...`, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
}

export type KeyType = 'ed25519' | 'ecdsa' | 'rsa';

/** Writes `path` (OpenSSH format, or PEM where a server cannot read that) and `path.pub`. */
export function createKey(path: string, type: KeyType = 'ed25519', format: 'openssh' | 'pem' = 'openssh'): KeyFiles {
  const formatArgs = format === 'pem' ? ['-m', 'PEM'] : [];
  // ssh-keygen's own 3072 bits take it a second.
  const sizeArgs = type === 'rsa' ? ['-b', '2048'] : [];
  execFileSync('ssh-keygen', ['-q', '-t', type, ...sizeArgs, '-N', '', '-C', 'test', ...formatArgs, '-f', path]);
  const publicKeyFile = `${path}.pub`;
  // `ssh-ed25519 AAAA...`
  const [, blob = ''] = readFileSync(publicKeyFile, 'utf8').split(' ');
  return { privateKeyFile: path, publicKeyFile, fingerprint: fingerprintOf(Buffer.from(blob, 'base64')) };
}
