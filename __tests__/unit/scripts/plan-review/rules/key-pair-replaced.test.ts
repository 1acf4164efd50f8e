import { keyPairReplaced } from '../../../../../scripts/plan-review/rules/key-pair-replaced';
import { check, create, found, keep, replace } from '../plan-builder';

const pair = { id: 'sluice', key_name: 'sluice', public_key: 'ssh-ed25519 old' };
const newKey = replace('aws_key_pair.pair', pair, { changes: { public_key: 'ssh-ed25519 new' } });
const host = { id: 'i-1', key_name: 'sluice' };

test('counts the instances that stay, and with them the old key', () => {
  const hits = check(keyPairReplaced, [newKey, keep('aws_instance.a', host), keep('aws_instance.b', host)]);
  expect(hits).toMatchObject([
    {
      address: 'aws_key_pair.pair',
      message: expect.stringContaining('2 instance(s)'),
      fix: expect.stringContaining('authorized_keys'),
      chains: [['the key pair\'s public_key changes ("ssh-ed25519 old" -> "ssh-ed25519 new")', expect.anything()]],
    },
  ]);
});

test.each([
  ['instances that are new with it', [newKey, create('aws_instance.a', { key_name: 'sluice' })]],
  ['instances that are replaced too', [newKey, replace('aws_instance.a', host, { changes: { ami: 'ami-2' } })]],
  ['instances of another key', [newKey, keep('aws_instance.a', { id: 'i-1', key_name: 'other' })]],
  ['the same key', [replace('aws_key_pair.pair', pair, { changes: { tags: {} } }), keep('aws_instance.a', host)]],
])('is silent about %s', (_what, changes) => {
  expect(found(keyPairReplaced, changes)).toEqual([]);
});
