import { configText, describeRight, describeWrong, load } from '../../../helpers/config-text';

const s3 = (text: string) => ({ state: `state: { s3: { ${text} } }` });
const key = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

describeWrong('state', [
  {
    why: 'a bucket that S3 would not name so',
    given: s3('bucket: »Terraform_State'),
    path: 'state.s3.bucket',
    message: /not a bucket name/,
    fix: /use terraform-state/,
  },
  {
    why: 'a bucket of an association',
    given: s3('bucket: »example-market-data'),
    path: 'state.s3.bucket',
    message: /cannot keep its state in what it manages/,
    fix: /another bucket/,
  },
  {
    why: 'a key with a slash in front',
    given: s3('bucket: tf-state, key: »/sluice/state'),
    path: 'state.s3.key',
    message: /not the key of an object/,
    fix: /write sluice\/state/,
  },
  {
    why: 'a key that climbs',
    given: s3('bucket: tf-state, key: »../state'),
    path: 'state.s3.key',
    message: /not the key of an object/,
    fix: /write state/,
  },
  {
    why: 'a region of no cloud',
    given: s3('bucket: tf-state, region: »virginia'),
    path: 'state.s3.region',
    message: /not a region/,
    fix: /us-east-1/,
  },
  {
    why: 'a key of another region',
    given: s3(`bucket: tf-state, region: eu-west-1, kmsKey: »"${key}"`),
    path: 'state.s3.kmsKey',
    message: /the key is in us-east-1, the state in eu-west-1/,
    fix: /key of eu-west-1/,
  },
  {
    why: 'a key by its alias',
    given: s3('bucket: tf-state, kmsKey: »alias/terraform'),
    path: 'state.s3.kmsKey',
    message: /is an alias: what it points at may change/,
    fix: /describe-key --key-id alias\/terraform/,
  },
  {
    why: 'no lock',
    given: s3('bucket: tf-state, useLockfile: »false'),
    path: 'state.s3.useLockfile',
    message: /two applies at one time/,
    fix: /remove the key/,
    severity: 'warning',
  },
  {
    why: 'no bucket',
    given: { state: 'state: { »s3: {} }' },
    path: 'state.s3.bucket',
    message: /missing/,
    fix: /./,
  },
]);

describeRight('state', [
  ['a bucket', s3('bucket: tf-state')],
  ['everything', s3(`bucket: tf-state, key: team/market-data.tfstate, region: us-east-1, kmsKey: "${key}"`)],
]);

test('a lock is the default', () => {
  expect(load(configText(s3('bucket: tf-state'))).migration?.state?.s3.useLockfile).toBe(true);
});
