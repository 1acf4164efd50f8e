import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import {
  fingerprintOf,
  hostVerifier,
  keyTypeOf,
  knownHostsLine,
  knownKeyTypes,
  lookupHostKey,
} from '../../../../provision/core/host-keys';

// Made by ssh-keygen; the fingerprints are what `ssh-keygen -lf` says of them.
const a = 'AAAAC3NzaC1lZDI1NTE5AAAAIOcBnSLhQv3vKDeFtSqpNq4xscLi35flbsS9/i/7HLqR';
const b =
  'AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEtfrmcminaFmlC7WSKZNRt0/vfUCw8nCIoaQ6nZLxJwf5MY/lXFFtmaDGx0JwHAFKh78iXGkJM5OEtypff+RgA=';
const c = 'AAAAC3NzaC1lZDI1NTE5AAAAIHXHDQume5kQC2Ni946fl4HIaIhbcVT6ofyni1s0U9r3';
const blob = (text: string) => Buffer.from(text, 'base64');
// `ssh-keygen -H` of sftp.example.com and [sftp.example.com]:2222.
const hashed = `|1|m1FuWg/Nfryzmgr8Nl/0IKYadCQ=|sBBMOo0U4meM5221Cll8lO9XWeI= ssh-ed25519 ${a}
|1|zu2zaMsFutHIT6FWxY+E/29Sbc8=|LW1g1xhkAT16AKHouzoSSdxkr6g= ssh-ed25519 ${a}
`;

test('fingerprints are those of ssh-keygen', () => {
  expect(fingerprintOf(blob(a))).toBe('SHA256:gj7lLj5kWmSILTkvyS19Jcg3xchHfn7uyhKu4FEsORw');
  expect(fingerprintOf(blob(b))).toBe('SHA256:felYmZjxfpqX9ZidzoSOBGAe4CNkFwfAHK3rEtmZbeE');
  expect(keyTypeOf(blob(b))).toBe('ecdsa-sha2-nistp256');
  expect(keyTypeOf(Buffer.from([0, 0, 0, 99, 1]))).toBe('unknown');
});

test.each([
  ['a plain name', `sftp.example.com ssh-ed25519 ${a} comment`, 22],
  ['another case', `SFTP.example.COM ssh-ed25519 ${a}`, 22],
  ['one of several names', `other,sftp.example.com,192.0.2.1 ssh-ed25519 ${a}`, 22],
  ['a wildcard', `*.example.com ssh-ed25519 ${a}`, 22],
  ['a question mark', `sftp.example.co? ssh-ed25519 ${a}`, 22],
  ['a port', `[sftp.example.com]:2222 ssh-ed25519 ${a}`, 2222],
  ['a hashed name', hashed, 22],
  ['a hashed name with a port', hashed, 2222],
  ['CR LF and blanks before', `# a comment\r\n  sftp.example.com   ssh-ed25519 ${a}\r\n`, 22],
])('%s matches', (_, text, port) => {
  expect(lookupHostKey(text, 'sftp.example.com', port, blob(a))).toMatchObject({ kind: 'match' });
});

test.each([
  ['a comment', `# sftp.example.com ssh-ed25519 ${a}`],
  ['another port', `[sftp.example.com]:2222 ssh-ed25519 ${a}`],
  ['a dot that is a dot', `sftpXexample.com ssh-ed25519 ${a}`],
  ['part of a name', `sftp.example.com.evil ssh-ed25519 ${a}`],
  ['a negated name', `*.example.com,!sftp.example.com ssh-ed25519 ${a}`],
  ['a certificate authority', `@cert-authority *.example.com ssh-ed25519 ${a}`],
  ['a type that is not the key', `sftp.example.com ssh-rsa ${a}`],
  ['a damaged hash', `|1|m1FuWg|sBBM ssh-ed25519 ${a}`],
])('%s leaves the host unknown', (_, text) => {
  expect(lookupHostKey(text, 'sftp.example.com', 22, blob(a))).toEqual({ kind: 'unknown', known: [] });
});

test('another key of the same type is a change, with what is on record', () => {
  const lookup = lookupHostKey(`h ssh-ed25519 ${a}`, 'h', 22, blob(c));
  expect(lookup).toEqual({ kind: 'changed', known: [fingerprintOf(blob(a))] });
});

test('a key of another type is unknown, not changed; its type is asked for first', () => {
  const text = `h ecdsa-sha2-nistp256 ${b}`;
  expect(lookupHostKey(text, 'h', 22, blob(a))).toEqual({ kind: 'unknown', known: [fingerprintOf(blob(b))] });
  expect(knownKeyTypes(text, 'h', 22)).toEqual(['ecdsa-sha2-nistp256']);
});

test('two keys on record during a rotation both match', () => {
  const text = `h ssh-ed25519 ${a}\nh ssh-ed25519 ${c}`;
  for (const key of [a, c]) expect(lookupHostKey(text, 'h', 22, blob(key)).kind).toBe('match');
});

test('a revoked key is refused wherever else it stands, and is nothing to ask for', () => {
  const text = `h ssh-ed25519 ${a}\n@revoked * ssh-ed25519 ${a}`;
  expect(lookupHostKey(text, 'h', 22, blob(a)).kind).toBe('revoked');
  expect(knownKeyTypes(`@revoked h ssh-ed25519 ${a}`, 'h', 22)).toEqual([]);
});

test('what is written is found again, plain or hashed, and nowhere else', () => {
  const name = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?$/);
  fc.assert(
    fc.property(
      name,
      fc.integer({ min: 1, max: 65_535 }),
      fc.uint8Array({ minLength: 20, maxLength: 20 }),
      (host, port, salt) => {
        const line = knownHostsLine(host, port, blob(a));
        const [recorded = '', ...rest] = line.split(' ');
        const digest = createHmac('sha1', salt).update(recorded).digest('base64');
        const hashedLine = [`|1|${Buffer.from(salt).toString('base64')}|${digest}`, ...rest].join(' ');
        for (const text of [line, hashedLine]) {
          expect(lookupHostKey(text, host, port, blob(a)).kind).toBe('match');
          expect(lookupHostKey(text, `x${host}`, port, blob(a)).kind).toBe('unknown');
          expect(lookupHostKey(text, host, port === 22 ? 23 : 22, blob(a)).kind).toBe('unknown');
        }
      },
    ),
  );
});

test('the verifier answers with literal booleans only', () => {
  const decisions: (() => unknown)[] = [
    () => true,
    () => new Error('no'),
    () => undefined,
    () => 'true',
    () => Promise.resolve(true),
    () => {
      throw new Error('broken');
    },
  ];
  const answers = decisions.map((decide) => hostVerifier(decide as () => true).verify(blob(a)));
  expect(answers).toEqual([true, false, false, false, false, false]);
  const refusing = hostVerifier(() => new Error('no'));
  refusing.verify(blob(a));
  expect(refusing.refusal()?.message).toBe('no');
});
