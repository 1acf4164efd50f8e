import { fsxBucketPolicy } from '../../../../../scripts/plan-review/rules/fsx-bucket-policy';
import { association, create, found, keep, update } from '../plan-builder';

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
