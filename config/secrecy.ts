/**
 * What a problem may show. A configuration holds no secret, but the person who just pasted one into it is exactly
 * who reads problems; so nothing under `source.credentials` is ever shown, nor anything that looks like a key or a URL with
 * a password in it.
 */
import type { Path } from './problem';

const credentials = ['source', 'credentials'];
const publicKeys = new Set([
  'privateKey',
  'passphrase',
  'password',
  'file',
  'environment',
  'secretsManager',
  'ssmParameter',
  'stdin',
]);

export function mayHoldSecret(path: Path): boolean {
  return credentials.every((key, index) => path[index] === key);
}

/** The path without what may be a secret typed where a key belongs (`password: {hunter2}`). */
export function publicPath(path: Path): Path {
  if (!mayHoldSecret(path)) return path.map((key) => (isPrintable(key) ? key : '***'));
  const end = path.findIndex((key, index) => index >= credentials.length && !publicKeys.has(String(key)));
  return end === -1 ? path : path.slice(0, end);
}

/** "b3Blbn..." is how the body of an OpenSSH private key starts in base64. */
const looksSecret = /PRIVATE KEY|PuTTY-User-Key|b3BlbnNzaC1rZXkt|:\/\/[^/]*@|[\r\n]/;

export function isPrintable(value: unknown): value is string | number | boolean {
  if (typeof value === 'string') return !looksSecret.test(value);
  return typeof value === 'number' || typeof value === 'boolean';
}

/** A value as a sentence shows it: strings in quotes, long ones cut, secrets not at all. */
export function show(value: unknown): string {
  if (!isPrintable(value)) return 'the value (not shown: it may hold a secret)';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 79)}…` : value);
}
