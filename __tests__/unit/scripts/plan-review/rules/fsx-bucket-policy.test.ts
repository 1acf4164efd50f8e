import { fsxBucketPolicy } from '../../../../../scripts/plan-review/rules/fsx-bucket-policy';
import { association, change, create, found, keep, update } from '../plan-builder';

const demand = (condition: object) =>
  JSON.stringify({
    Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', Condition: condition }],
  });
const linked = keep('aws_fsx_data_repository_association.a', association);
const vpcOnly = demand({ StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } });

test('finds a policy that shuts FSx out', () => {
  expect(
    found(fsxBucketPolicy, [linked, create('aws_s3_bucket_policy.a', { bucket: 'market', policy: vpcOnly })]),
  ).toEqual(['aws_s3_bucket_policy.a']);
});

test.each([
  ['another bucket', { bucket: 'other', policy: vpcOnly }],
  ['a demand of TLS', { bucket: 'market', policy: demand({ Bool: { 'aws:SecureTransport': 'false' } }) }],
  [
    'an exception for FSx',
    {
      bucket: 'market',
      policy: demand({
        StringNotEquals: { 'aws:SourceVpc': 'vpc-1' },
        StringNotLike: { 'aws:PrincipalArn': '*/AWSServiceRoleForFSxS3Access_*' },
      }),
    },
  ],
])('is silent on %s', (_, attributes) => {
  expect(found(fsxBucketPolicy, [linked, create('aws_s3_bucket_policy.a', attributes)])).toEqual([]);
});

test('finds one that is there already, where a link to its bucket is new', () => {
  const policy = keep('aws_s3_bucket_policy.a', { bucket: 'market', policy: vpcOnly });
  const link = create('aws_fsx_data_repository_association.a', association);
  expect(found(fsxBucketPolicy, [link, policy])).toEqual(['aws_s3_bucket_policy.a']);
  expect(found(fsxBucketPolicy, [linked, policy])).toEqual([]);
  const tagged = update('aws_s3_bucket.b', { id: 'market', bucket: 'market', policy: vpcOnly }, { tags: { a: 'b' } });
  expect(found(fsxBucketPolicy, [linked, tagged])).toEqual([]);
});

test.each([
  ['allows on that condition: nobody is shut out', { Effect: 'Allow', Action: 's3:GetObject' }],
  ['denies what FSx does not need', { Effect: 'Deny', Action: ['s3:PutBucketPolicy', 's3:DeleteBucket'] }],
])('is silent on a statement that %s', (_, statement) => {
  const condition = { StringEquals: { 'aws:SourceVpce': 'vpce-1' } };
  const policy = JSON.stringify({ Statement: { Principal: '*', Resource: '*', Condition: condition, ...statement } });
  expect(found(fsxBucketPolicy, [linked, create('aws_s3_bucket_policy.a', { bucket: 'market', policy })])).toEqual([]);
});

const vpcElsewhere = { StringNotEqualsIfExists: { 'aws:SourceVpc': 'vpc-1' } };
const fsxRole = 'aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/AWSServiceRoleForFSxS3Access_fs-1';
const except = (name: string) => ({
  Condition: { ...vpcElsewhere, ArnNotLikeIfExists: { 'aws:PrincipalArn': `arn:aws:iam::*:role/${name}` } },
});

test.each<[string, object, boolean]>([
  ['from all roles but those of services', except('aws-service-role/*'), false],
  ['from all roles but that of one file system', except(fsxRole), false],
  ['from all roles but others', except('admin'), true],
  ['from a VPC, and not from elsewhere', { Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-bad' } } }, false],
  ['from no VPC at all', { Condition: { Null: { 'aws:SourceVpc': 'true' } } }, true],
  ['to another role', { Principal: { AWS: 'arn:aws:iam::111122223333:role/other' } }, false],
  ['to the account', { Principal: { AWS: '111122223333' } }, true],
  [
    'to all but FSx',
    { Principal: undefined, NotPrincipal: { AWS: `arn:aws:iam::111122223333:role/${fsxRole}` } },
    false,
  ],
  ['from other addresses than yours', { Condition: { NotIpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] } } }, true],
  [
    'from other addresses, but for services on behalf of you',
    { Condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' }, Bool: { 'aws:ViaAWSService': 'false' } } },
    true,
  ],
  ['from some addresses', { Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }, false],
  ['to all but one role', { Condition: { StringNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admin' } } }, true],
  ['to one role', { Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/intern' } } }, false],
  [
    'without encryption, to all but one role',
    {
      Condition: {
        StringNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admin' },
        Null: { 's3:x-amz-server-side-encryption': 'true' },
      },
    },
    false,
  ],
  [
    'to all but another role',
    { Condition: undefined, Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::111122223333:role/admin' } },
    true,
  ],
  ['to everybody, of deletions', { Condition: undefined, Action: 's3:DeleteObject' }, false],
  ['of other objects', { Resource: 'arn:aws:s3:::market/other/*' }, false],
  [
    'of objects among which are those linked',
    { Resource: ['arn:aws:s3:::market/other/*', 'arn:aws:s3:::market/na*'] },
    true,
  ],
  ['of objects within those linked', { Resource: 'arn:aws:s3:::market/nasdaq/2024/*' }, true],
  [
    'of all actions but those that FSx needs',
    { Action: undefined, NotAction: ['s3:*Object', 's3:ListBucket', 's3:AbortMultipartUpload'] },
    false,
  ],
])('a denial %s (%j) shuts FSx out: %s', (_, statement, isOut) => {
  const denial = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: '*',
    Condition: vpcElsewhere,
    ...statement,
  };
  const policy = JSON.stringify({ Statement: [denial] });
  const changes = [linked, create('aws_s3_bucket_policy.a', { bucket: 'market', policy })];
  expect(found(fsxBucketPolicy, changes)).toHaveLength(isOut ? 1 : 0);
});

test('one that only the state forgets goes on exporting', () => {
  const forgotten = change(linked.address, ['forget'], { before: association });
  const known = { bucket: 'market', policy: vpcOnly };
  const written = update('aws_s3_bucket_policy.a', { bucket: 'market', policy: demand({}) }, known);
  expect(found(fsxBucketPolicy, [forgotten, written])).toEqual(['aws_s3_bucket_policy.a']);
  expect(found(fsxBucketPolicy, [forgotten, keep('aws_s3_bucket_policy.a', known)])).toEqual([]);
});
