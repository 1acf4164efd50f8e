/**
 * Host keys: fingerprints, known_hosts lookups (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT") and the verifier given to ssh2.
 * Pure: reading and writing files is the caller's.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { matchesGlob, parseGlob } from './glob';

/** The fingerprint as `ssh-keygen -lf` prints it: `SHA256:` and unpadded base64 of the digest of the key blob. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type at the head of a public key blob (RFC 4253 section 6.6): `ssh-ed25519`. */
export function keyTypeOf(key: Buffer): string {
  if (key.length < 4) return 'unknown';
  const length = key.readUInt32BE(0);
  return length > 64 || 4 + length > key.length ? 'unknown' : key.toString('latin1', 4, 4 + length);
}

export interface HostKeyLookup {
  /**
   * `match`: this very key is on record. `changed`: another key of the same type is. `unknown`: none of this type is.
   * `revoked`: the key is marked @revoked for this host, whatever else is on record.
   */
  readonly kind: 'match' | 'changed' | 'unknown' | 'revoked';
  /** Fingerprints on record for the host, of any type. */
  readonly known: readonly string[];
}

/**
 * What a known_hosts text says of the key that a host presents. Understands plain, hashed (`|1|`), wildcard and negated
 * names, `[host]:port` and `@revoked`. `@cert-authority` lines are passed over: certificates are not used here.
 */
export function lookupHostKey(knownHostsText: string, host: string, port: number, key: Buffer): HostKeyLookup {
  const entries = entriesFor(knownHostsText, host, port);
  const trusted = entries.filter((entry) => !entry.revoked);
  const known = trusted.map((entry) => fingerprintOf(entry.key));
  const isThisKey = (entry: Entry) => entry.key.equals(key);
  if (entries.some((entry) => entry.revoked && isThisKey(entry))) return { kind: 'revoked', known };
  if (trusted.some(isThisKey)) return { kind: 'match', known };
  const sameType = trusted.some((entry) => keyTypeOf(entry.key) === keyTypeOf(key));
  return { kind: sameType ? 'changed' : 'unknown', known };
}

/**
 * Types of the keys on record for a host, in file order. A client asks for these first, as OpenSSH does, or a server with
 * several keys would present one that nobody recorded.
 */
export function knownKeyTypes(knownHostsText: string, host: string, port: number): readonly string[] {
  const trusted = entriesFor(knownHostsText, host, port).filter((entry) => !entry.revoked);
  return [...new Set(trusted.map((entry) => keyTypeOf(entry.key)))];
}

/** Fingerprints on record for a host, without those marked @revoked anywhere: what a pinned connection may accept. */
export function trustedFingerprints(knownHostsText: string, host: string, port: number): readonly string[] {
  const entries = entriesFor(knownHostsText, host, port);
  const revoked = new Set(entries.filter((entry) => entry.revoked).map((entry) => fingerprintOf(entry.key)));
  return [...new Set(entries.map((entry) => fingerprintOf(entry.key)))].filter(
    (fingerprint) => !revoked.has(fingerprint),
  );
}

/** A known_hosts line for a key. */
export function knownHostsLine(host: string, port: number, key: Buffer): string {
  return `${recordedName(host, port)} ${keyTypeOf(key)} ${key.toString('base64')}`;
}

export interface HostVerifier {
  /** For ssh2's `hostVerifier`: true or false, literally and at once, because ssh2 takes anything but `false` as consent. */
  readonly verify: (key: Buffer) => boolean;
  /** Why the last key was refused. */
  readonly refusal: () => Error | undefined;
}

/** Wraps a decision for ssh2; a decision that throws is a refusal. */
export function hostVerifier(decide: (key: Buffer) => true | Error): HostVerifier {
  let refusal: Error | undefined;
  return {
    verify: (key) => {
      try {
        const decision = decide(key);
        refusal = decision === true ? undefined : decision;
        return decision === true;
      } catch (error) {
        refusal = error instanceof Error ? error : new Error(String(error));
        return false;
      }
    },
    refusal: () => refusal,
  };
}

interface Entry {
  readonly revoked: boolean;
  readonly key: Buffer;
}

function entriesFor(text: string, host: string, port: number): readonly Entry[] {
  const name = recordedName(host, port);
  return text.split(/\r?\n/).flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
    const [names, type, blob] = words;
    if (names === undefined || type === undefined || blob === undefined || names.startsWith('#')) return [];
    if (marker !== undefined && marker !== '@revoked') return [];
    if (!namesMatch(names, name)) return [];
    const key = Buffer.from(blob, 'base64');
    return keyTypeOf(key) === type ? [{ revoked: marker === '@revoked', key }] : [];
  });
}

/** Port 22 is recorded by the bare name; any other as `[host]:port`. */
function recordedName(host: string, port: number): string {
  const lower = host.toLowerCase();
  return port === 22 ? lower : `[${lower}]:${port}`;
}

function namesMatch(names: string, name: string): boolean {
  if (names.startsWith('|1|')) return hashedNameMatches(names, name);
  const patterns = names.split(',');
  const matches = (pattern: string) => matchesGlob(parseGlob(pattern.toLowerCase()), name);
  if (patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern));
}

/** `|1|base64(salt)|base64(HMAC-SHA1(salt, name))`, as written by `HashKnownHosts yes`. */
function hashedNameMatches(hashed: string, name: string): boolean {
  const [, , salt, digest] = hashed.split('|');
  if (salt === undefined || digest === undefined) return false;
  const expected = Buffer.from(digest, 'base64');
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
