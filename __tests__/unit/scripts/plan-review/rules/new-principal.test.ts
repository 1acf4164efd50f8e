import { newPrincipal } from '../../../../../scripts/plan-review/rules/new-principal';
import { check, create, found, update } from '../plan-builder';

const policy = (...statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

const trust = (...services: readonly string[]) =>
  policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: services } });

test('finds who was not let in before', () => {
  const before = { assume_role_policy: trust('ec2.amazonaws.com') };
  const after = { assume_role_policy: trust('ec2.amazonaws.com', 'lambda.amazonaws.com') };
  const hits = check(newPrincipal, [update('aws_iam_role.a', before, after)]);
  expect(hits.map(({ message }) => message)).toEqual(['Service:lambda.amazonaws.com is let in']);
});

test('is silent on a new role for a service, and on the same principal with another action', () => {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::1:root' },
    Action: 's3:GetObject',
    Resource: '*',
  };
  expect(
    found(newPrincipal, [
      create('aws_iam_role.a', { assume_role_policy: trust('ec2.amazonaws.com') }),
      update(
        'aws_s3_bucket_policy.b',
        { policy: policy(statement) },
        { policy: policy({ ...statement, Action: 's3:PutObject' }) },
      ),
    ]),
  ).toEqual([]);
});
