import { publicPolicy } from '../../../../../scripts/plan-review/rules/public-policy';
import { check, create, found, keep, update } from '../plan-builder';

const policy = (...statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

const open = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*' };

test('finds policies and ACLs that let anyone in', () => {
  expect(
    found(publicPolicy, [
      create('aws_s3_bucket_policy.a', { policy: policy(open) }),
      create('aws_sns_topic_policy.b', { policy: policy({ ...open, Principal: { AWS: '*' }, Action: 'sns:Publish' }) }),
      update('aws_s3_bucket_acl.c', { acl: 'private' }, { acl: 'public-read' }),
    ]),
  ).toEqual(['aws_s3_bucket_policy.a', 'aws_sns_topic_policy.b', 'aws_s3_bucket_acl.c']);
});

test.each(['aws_s3_bucket', 'aws_secretsmanager_secret', 'aws_s3_access_point', 'aws_s3control_access_point_policy'])(
  'finds a policy within %s that lets anyone in',
  (type) => {
    expect(found(publicPolicy, [create(`${type}.a`, { policy: policy(open) })])).toEqual([`${type}.a`]);
    expect(found(publicPolicy, [keep(`${type}.a`, { policy: policy(open) })])).toEqual([]);
  },
);

test('finds groups of everybody among the grants of an ACL, where they are new', () => {
  const uri = 'http://acs.amazonaws.com/groups/global/AllUsers';
  const list = (grantee: object) => ({
    access_control_policy: [{ grant: [{ grantee: [grantee], permission: 'READ' }] }],
  });
  const granting = { grant: [{ uri, permissions: ['READ', 'FULL_CONTROL'] }] };
  const messages = (...changes: Parameters<typeof check>[1]) =>
    check(publicPolicy, changes).map(({ message }) => message);
  expect(messages(create('aws_s3_bucket_acl.a', list({ type: 'Group', uri })))).toEqual([
    'READ of the group AllUsers lets anyone in',
  ]);
  expect(messages(update('aws_s3_bucket.b', { grant: [{ uri, permissions: ['READ'] }] }, granting))).toEqual([
    'FULL_CONTROL of the group AllUsers lets anyone in',
  ]);
  const logs = 'http://acs.amazonaws.com/groups/s3/LogDelivery';
  expect(messages(create('aws_s3_bucket_acl.a', list({ uri: logs })), keep('aws_s3_bucket.b', granting))).toEqual([]);
});

test('is silent on denials, on conditions and on what is open already', () => {
  expect(
    found(publicPolicy, [
      create('aws_s3_bucket_policy.a', { policy: policy({ ...open, Effect: 'Deny' }) }),
      create('aws_s3_bucket_policy.b', {
        policy: policy({ ...open, Condition: { StringEquals: { 'aws:SourceAccount': '1' } } }),
      }),
      keep('aws_s3_bucket_policy.c', { policy: policy(open) }),
    ]),
  ).toEqual([]);
});

const under = (Condition: object) => [create('aws_s3_bucket_policy.a', { policy: policy({ ...open, Condition }) })];

test.each([
  { Bool: { 'aws:SecureTransport': 'true' } },
  { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } },
  { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } },
  { 'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': 'o-1/*' } },
  { Null: { 'aws:PrincipalOrgID': 'false' } },
  { StringLike: { 'aws:PrincipalArn': ['arn:aws:iam::1:role/a', '*'] } },
  { IpAddress: { 'aws:SourceIp': ['203.0.113.7/32', '0.0.0.0/0'] } },
  { IpAddress: { 'aws:SourceIp': '::/0' } },
  { IpAddress: { 'aws:VpcSourceIp': '10.0.0.5' } },
  { IpAddress: { 'aws:SourceIp': ['0.0.0.0/1', '128.0.0.0/1'] } },
  { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admin' } },
  { StringLike: { 'aws:PrincipalArn': 'arn:*' } },
  { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:*' } },
  { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::market-*' } },
  { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:*:*:market-*' } },
  { StringLike: { 'aws:PrincipalOrgID': 'o-*' } },
  { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-*/r-1/*' } },
  { StringLike: { 'aws:PrincipalAccount': '????????????' } },
  { StringLike: { 'aws:userid': '*:session' } },
])('finds what %j lets anyone have', (condition) => {
  expect(check(publicPolicy, under(condition))).toMatchObject([
    { message: 's3:GetObject is allowed to anyone: the condition does not say whom' },
  ]);
});

test.each([
  { StringEquals: { 'AWS:SourceOwner': '111122223333' } },
  { StringEquals: { 'aws:principalorgid': ['o-1', 'o-2'] } },
  { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/*' }, Bool: { 'aws:SecureTransport': 'true' } },
  { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-1/*' } },
  { StringEquals: { 'aws:SourceVpce': 'vpce-1' } },
  { ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::market' } },
  { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:*:*:market' } },
  { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:111122223333:*' } },
  { StringLike: { 'aws:userid': 'AROAEXAMPLE:*' } },
  { StringEquals: { 'kms:CallerAccount': '111122223333' } },
  { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
  { Bool: { 'elasticfilesystem:AccessedViaMountTarget': 'true' } },
])('is silent where %j says whom', (condition) => {
  expect(check(publicPolicy, under(condition))).toEqual([]);
});
