import { fsxBucketPolicy } from '../../../../../scripts/plan-review/rules/fsx-bucket-policy';
import { association, create, found, keep } from '../plan-builder';

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
