import { letsFsxIn } from '../../../../scripts/plan-review/fsx-let-in';

const role =
  'arn:aws:iam::111122223333:role/aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/AWSServiceRoleForFSxS3Access_fs-1';
const actions = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
const policy = (statement: object) =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Action: actions, Resource: '*', ...statement }] });

test.each<[string, object]>([
  ['the role itself', { Principal: { AWS: role } }],
  [
    'anybody on condition of being the role',
    { Principal: { AWS: '*' }, Condition: { ArnEquals: { 'aws:PrincipalArn': role } } },
  ],
  [
    'anybody of the account, through S3',
    {
      Principal: { AWS: '*' },
      Condition: {
        StringEquals: { 'kms:CallerAccount': '111122223333', 'kms:ViaService': 's3.us-east-1.amazonaws.com' },
      },
    },
  ],
])('a key lets FSx in by %s', (_, statement) => {
  expect(letsFsxIn(policy(statement), { fileSystemId: 'fs-1' })).toBe(true);
});

test.each<[string, object]>([
  ['principal', { Principal: { AWS: role } }],
  ['condition', { Principal: { AWS: '*' }, Condition: { ArnEquals: { 'aws:PrincipalArn': role } } }],
])(
  'a key that names the role of one file system as its %s lets in no other, and none that is still to come',
  (_, statement) => {
    expect(letsFsxIn(policy(statement), { fileSystemId: 'fs-2' })).toBe(false);
    expect(letsFsxIn(policy(statement))).toBe(false);
  },
);

test('a key that lets in the roles of all file systems lets in whichever comes', () => {
  const statement = {
    Principal: { AWS: '*' },
    Condition: { ArnLike: { 'aws:PrincipalArn': role.replace('fs-1', 'fs-*') } },
  };
  expect(letsFsxIn(policy(statement))).toBe(true);
  expect(letsFsxIn(policy(statement), { fileSystemId: 'fs-0123456789abcdef0' })).toBe(true);
});

test.each<[string, object]>([
  ['only hands it to IAM', { Principal: { AWS: 'arn:aws:iam::111122223333:root' } }],
  ['lets it read only', { Principal: { AWS: role }, Action: 'kms:Decrypt' }],
  ['denies it', { Principal: { AWS: role }, Effect: 'Deny' }],
  [
    'lets somebody else in through S3',
    {
      Principal: { AWS: '*' },
      Condition: {
        StringEquals: {
          'kms:ViaService': 's3.us-east-1.amazonaws.com',
          'aws:PrincipalArn': 'arn:aws:iam::1:role/other',
        },
      },
    },
  ],
])('a key does not where its policy %s', (_, statement) => {
  expect(letsFsxIn(policy(statement))).toBe(false);
});

const anybody = { Effect: 'Allow', Principal: '*', Action: actions, Resource: '*' };
const besides = (...statements: readonly object[]) => JSON.stringify({ Statement: statements });

test('all service-linked roles of FSx let in, or all of the account, are enough', () => {
  for (const name of ['aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/*', '*']) {
    const Condition = { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::111122223333:role/${name}` } };
    expect(letsFsxIn(besides({ ...anybody, Condition }))).toBe(true);
  }
});

test.each<[string, object, boolean]>([
  ['everybody', { Principal: '*' }, false],
  ['its account', { Principal: { AWS: 'arn:aws:iam::111122223333:root' } }, false],
  ['another account', { Principal: { AWS: 'arn:aws:iam::444455556666:root' } }, true],
  ['all but it', { NotPrincipal: { AWS: [role] } }, true],
  [
    'all but administrators',
    { Principal: '*', Condition: { ArnNotLike: { 'aws:PrincipalArn': '*:role/admin' } } },
    false,
  ],
  [
    'whoever comes not through S3',
    { Principal: '*', Condition: { StringNotLike: { 'kms:ViaService': 's3.*' } } },
    true,
  ],
])('a denial to %s, beside a statement that allows (%j): let in is %s', (_, denial, isIn) => {
  const denied = { Effect: 'Deny', Action: 'kms:Decrypt', Resource: '*', ...denial };
  const fsx = { fileSystemId: 'fs-1', accountId: '111122223333' };
  expect(letsFsxIn(besides(anybody, denied), fsx)).toBe(isIn);
});

test("a key for callers of an account lets in that account's file system", () => {
  const Condition = {
    StringEquals: { 'kms:CallerAccount': '111122223333', 'kms:ViaService': 's3.us-east-1.amazonaws.com' },
  };
  expect(letsFsxIn(besides({ ...anybody, Condition }), { fileSystemId: 'fs-1', accountId: '111122223333' })).toBe(true);
  expect(letsFsxIn(besides({ ...anybody, Condition }), { fileSystemId: 'fs-1', accountId: '444455556666' })).toBe(
    false,
  );
});
