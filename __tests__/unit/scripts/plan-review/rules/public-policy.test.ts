import { publicPolicy } from '../../../../../scripts/plan-review/rules/public-policy';
import { create, found, keep, update } from '../plan-builder';

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
