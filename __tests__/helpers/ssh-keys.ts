/** Fresh SSH key pairs in files, as `ssh-keygen` writes them, and their fingerprints. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

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
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'test', ...formatArgs, '-f', path]);
  const publicKeyFile = `${path}.pub`;
  return { privateKeyFile: path, publicKeyFile, fingerprint: fingerprintOf(readFileSync(publicKeyFile, 'utf8')) };
}

/** Fingerprint of a public key line, `ssh-ed25519 AAAA...`. */
function fingerprintOf(publicKey: string): string {
  const blob = publicKey.trim().split(/\s+/)[1] ?? '';
  const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}
