import { associations, configText, describeRight, describeWrong, load, type Wrong } from '../../../helpers/config-text';

const named = (bucket: string) => associations(`{ path: /a, dataRepository: »s3://${bucket}/x }`);
const badNames: readonly (readonly [why: string, bucket: string, message: RegExp, fix: RegExp])[] = [
  ['two characters', 'ab', /3 to 63 characters/, /another name/],
  ['64 characters', 'a'.repeat(64), /3 to 63 characters/, /another name/],
  ['capital letters', 'Market-Data', /a-z, 0-9, dots and hyphens only/, /^use market-data$/],
  ['underscores', 'market_data', /a-z, 0-9, dots and hyphens only/, /^use market-data$/],
  ['a hyphen at the end', 'market-', /start and end with a letter or digit/, /^use market$/],
  ['two dots in a row', 'market..data', /two dots/, /another name/],
  ['the form of an address', '192.168.5.4', /IP address/, /another name/],
  ['a prefix of AWS', 'xn--market', /cannot start with/, /another name/],
  ['a suffix of AWS', 'market-s3alias', /cannot end with/, /another name/],
];

const keyArn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

describeWrong(
  'bucket names that S3 refuses',
  badNames.map(
    ([why, bucket, message, fix]): Wrong => ({
      why,
      given: named(bucket),
      path: 'fileSystem.associations[0].dataRepository',
      message,
      fix,
    }),
  ),
);

describeWrong('the list of buckets', [
  {
    why: 'a bucket whose association names it in no URI of S3 is one problem',
    given: {
      ...associations('{ path: /a, dataRepository: »s3a://example-market-data/x }'),
      buckets: 'buckets: [{ name: example-market-data }]',
    },
    path: 'fileSystem.associations[0].dataRepository',
    message: /not an S3 URI/,
    fix: /^write s3:\/\/example-market-data\/x$/,
  },
  {
    why: 'a key by its id',
    given: { buckets: 'buckets: [{ name: example-market-data, kmsKey: »1234abcd-12ab-34cd-56ef-1234567890ab }]' },
    path: 'buckets[0].kmsKey',
    message: /is a key's id/,
    fix: /^write the key's ARN: aws kms/,
  },
  {
    why: 'a bucket of another partition',
    given: {
      ...associations('{ path: /a, dataRepository: s3://one-bucket, autoImport: [] }'),
      buckets: 'buckets: [{ name: one-bucket, region: »cn-north-1 }]',
    },
    path: 'buckets[0].region',
    message: /cn-north-1 is of the partition aws-cn, the file system's region us-east-1 of aws/,
    fix: /^use a bucket in us-east-1$/,
  },
  {
    why: 'a bucket that no association names, by a slip',
    given: { buckets: 'buckets:\n  - name: »example-marketdata' },
    path: 'buckets[0].name',
    message: /no association names the bucket/,
    fix: /did you mean example-market-data\?/,
  },
  {
    why: 'a bucket that no association names at all',
    given: { buckets: 'buckets:\n  - name: »archive' },
    path: 'buckets[0].name',
    message: /no association names the bucket "archive"/,
    fix: /name it in a dataRepository, or remove it/,
  },
  {
    why: 'a bucket twice',
    given: { buckets: 'buckets:\n  - name: example-market-data\n  - name: »example-market-data' },
    path: 'buckets[1].name',
    message: /listed twice/,
    fix: /keep one/,
  },
  {
    why: 'an import from another region',
    given: {
      fileSystem: `fileSystem:
  associations:
    - path: /nasdaq
      dataRepository: s3://example-market-data/nasdaq
      autoImport: »[NEW]`,
      buckets: 'buckets: [{ name: example-market-data, region: eu-west-1 }]',
    },
    path: 'fileSystem.associations[0].autoImport',
    message: /in eu-west-1, the file system in us-east-1: auto-import works within one region only/,
    fix: /autoImport: \[\]/,
  },
  {
    why: 'a region of no cloud',
    given: {
      ...associations('{ path: /a, dataRepository: s3://one-bucket, autoImport: [] }'),
      buckets: 'buckets: [{ name: one-bucket, region: »us-east-1a }]',
    },
    path: 'buckets[0].region',
    message: /one of its zones/,
    fix: /us-east-1/,
  },
  {
    why: "a key of the file system's region for a bucket of another",
    given: {
      ...associations('{ path: /a, dataRepository: s3://one-bucket, autoImport: [] }'),
      buckets: `buckets: [{ name: one-bucket, region: eu-west-1, kmsKey: »"${keyArn}" }]`,
    },
    path: 'buckets[0].kmsKey',
    message: /the key is in us-east-1, the bucket in eu-west-1/,
    fix: /use a key of eu-west-1/,
  },
  {
    why: 'a key by its alias',
    given: { buckets: 'buckets: [{ name: example-market-data, kmsKey: »alias/aws/s3 }]' },
    path: 'buckets[0].kmsKey',
    message: /is an alias/,
    fix: /describe-key --key-id alias\/aws\/s3/,
  },
  {
    why: 'a key of a bucket that is used as it is',
    given: { buckets: 'buckets: [{ name: example-market-data, existing: true, kmsKey: »create }]' },
    path: 'buckets[0].kmsKey',
    message: /no effect on an existing bucket/,
    fix: /AWSServiceRoleForFSxS3Access_/,
    severity: 'warning',
  },
  {
    why: 'versioning of a bucket that is used as it is',
    given: { buckets: 'buckets: [{ name: example-market-data, existing: true, versioning: »true }]' },
    path: 'buckets[0].versioning',
    message: /no effect on an existing bucket/,
    fix: /yourself/,
    severity: 'warning',
  },
]);

describeRight('buckets', [
  ['a bucket with dots', associations('{ path: /a, dataRepository: s3://data.example.com }')],
  ['a key of its own', { buckets: 'buckets: [{ name: example-market-data, kmsKey: create }]' }],
  ['a key of yours', { buckets: `buckets: [{ name: example-market-data, kmsKey: "${keyArn}" }]` }],
  [
    'a bucket of another region, for export only',
    {
      ...associations('{ path: /a, dataRepository: s3://one-bucket, autoImport: [] }'),
      buckets: 'buckets: [{ name: one-bucket, region: eu-west-1 }]',
    },
  ],
  ['an existing bucket', { buckets: 'buckets: [{ name: example-market-data, existing: true }]' }],
]);

test('every bucket that an association names has its settings in the result', () => {
  const { migration } = load(
    configText({
      ...associations(
        '{ path: /a, dataRepository: s3://one/x }',
        '{ path: /b, dataRepository: s3://two }',
        '{ path: /c, dataRepository: s3://one/y }',
      ),
      buckets: 'buckets: [{ name: two, versioning: true }]',
    }),
  );
  expect(migration?.buckets).toEqual([
    { name: 'one', region: 'us-east-1', existing: false, versioning: false },
    { name: 'two', region: 'us-east-1', existing: false, versioning: true },
  ]);
});

test.each([
  ['s3://market', 'use market'],
  ['s3://market/prefix', 'use market'],
  ['arn:aws:s3:::market', 'use market'],
  ['arn:aws:s3:us-east-1:111122223333:accesspoint/a', 'use another name'],
])('%s where the name of a bucket belongs: %s', (name, fix) => {
  const { problems } = load(configText({ buckets: `buckets: [{ name: "${name}" }]` }));
  expect(problems.find(({ rule }) => rule === 'bucket-name')?.fix).toBe(fix);
});
