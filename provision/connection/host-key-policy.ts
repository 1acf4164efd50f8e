/** Who a host must prove to be, as a decision on the key it presents, with errors that show the fingerprint and the fix. */
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { SluiceError } from '../core/errors';
import { fingerprintOf, keyTypeOf, knownKeyTypes, lookupHostKey } from '../core/host-keys';

export interface HostKeyPolicy {
  readonly decide: (key: Buffer) => true | Error;
  /** Host key algorithms to offer, those of keys on record first, so that a host with several keys presents a known one. */
  readonly algorithms: readonly ServerHostKeyAlgorithm[];
}

/** Signatures with SHA-1 (`ssh-rsa`, `ssh-dss`) are not offered; an RSA key signs with SHA-2 (RFC 8332). */
const offered: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** Accepts exactly these `SHA256:...` fingerprints. */
export function pinnedHostKeys(host: string, fingerprints: readonly string[]): HostKeyPolicy {
  return {
    algorithms: offered,
    decide: (key) => {
      const presented = fingerprintOf(key);
      if (fingerprints.includes(presented)) return true;
      return refusal('HOST_KEY_CHANGED', {
        message: `${host} presents ${keyTypeOf(key)} ${presented}, but ${fingerprints.join(' or ')} is pinned`,
        hint: 'if the host was replaced on purpose, pin the new fingerprint; if not, somebody may be in between: do not go on',
      });
    },
  };
}

export interface KnownHosts {
  /** For messages. */
  readonly file: string;
  readonly text: string;
  /** What to do about a host that is not there; `--host-key` where it is left out, which is for the hosts of a play. */
  readonly unknownHint?: string;
}

/** Accepts what the known_hosts text has on record for the host and port; a host that is not there is refused. */
export function recordedHostKeys(store: KnownHosts, host: string, port: number): HostKeyPolicy {
  const { unknownHint } = store;
  return {
    algorithms: knownFirst(knownKeyTypes(store.text, host, port)),
    decide: (key) => {
      const { kind, known } = lookupHostKey(store.text, host, port, key);
      if (kind === 'match') return true;
      const presented = `${host} presents ${keyTypeOf(key)} ${fingerprintOf(key)}`;
      if (kind === 'revoked')
        return refusal('HOST_KEY_REVOKED', {
          message: `${presented}, which ${store.file} marks as revoked`,
          hint: 'do not connect: give the host a new key',
        });
      if (kind === 'changed')
        return refusal('HOST_KEY_CHANGED', {
          message: `${presented}, but ${store.file} has ${known.join(', ')}`,
          hint: `if the host was replaced on purpose, remove its lines from ${store.file}; if not, somebody may be in between: do not go on`,
        });
      return refusal('HOST_KEY_UNKNOWN', {
        message: `${presented}, and ${store.file} knows nothing of it`,
        hint:
          unknownHint ??
          `compare the fingerprint with the host's own (EC2 prints it to the console output), then pass --host-key ${fingerprintOf(key)}`,
      });
    },
  };
}

function knownFirst(keyTypes: readonly string[]): readonly ServerHostKeyAlgorithm[] {
  const isKnown = (name: string) => keyTypes.includes(name.startsWith('rsa-sha2') ? 'ssh-rsa' : name);
  return [...offered.filter(isKnown), ...offered.filter((name) => !isKnown(name))];
}

/** Kind `unreachable` (exit 4): nothing was sent to the host, and trying again changes nothing. */
function refusal(code: string, { message, hint }: { message: string; hint: string }): SluiceError {
  return new SluiceError(message, { code, kind: 'unreachable', hint });
}
