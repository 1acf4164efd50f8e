import { migrationOf, synthesize } from '../../helpers/synth';

const backend = (text: string) =>
  synthesize(migrationOf({ state: `state: { s3: { ${text} } }` })).json.terraform.backend;

test('the state is an encrypted object with a lock beside it, in the region of the migration', () => {
  expect(backend('bucket: tf-state')).toEqual({
    s3: {
      bucket: 'tf-state',
      key: 'sluice/market-data/terraform.tfstate',
      region: 'us-east-1',
      encrypt: true,
      use_lockfile: true,
    },
  });
});

test('every choice reaches it', () => {
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  expect(backend(`bucket: tf-state, key: a/b, region: eu-west-1, kmsKey: "${key}", useLockfile: false`)).toEqual({
    s3: { bucket: 'tf-state', key: 'a/b', region: 'eu-west-1', encrypt: true, kms_key_id: key, use_lockfile: false },
  });
});
