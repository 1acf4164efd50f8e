import { policyUnreadable } from '../../../../../scripts/plan-review/rules/policy-unreadable';
import { create, found } from '../plan-builder';

test('names written policies that are not known yet, not those left to AWS', () => {
  const written = create('aws_s3_bucket_policy.a', {}, ['policy']);
  const computed = create('aws_sns_topic.b', {}, ['policy']);
  const references = { [written.address]: { policy: ['aws_s3_bucket.x.arn'] } };
  expect(found(policyUnreadable, [written, computed], { references })).toEqual([written.address]);
});

test('names a role with a policy within that is not known yet', () => {
  const role = create('aws_iam_role.a', { assume_role_policy: '{}' }, ['inline_policy']);
  const references = { [role.address]: { inline_policy: ['aws_s3_bucket.x.arn'] } };
  expect(found(policyUnreadable, [role], { references })).toEqual([role.address]);
  expect(found(policyUnreadable, [role])).toEqual([]);
});
