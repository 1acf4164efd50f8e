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

test("finds other accounts, and S3's log delivery, that a bucket's ACL did not name", () => {
  const grant = (permission: string, grantee: object) => ({ permission, grantee: [grantee] });
  const owner = grant('FULL_CONTROL', { id: 'me', type: 'CanonicalUser' });
  const other = grant('WRITE', { id: 'other', type: 'CanonicalUser', uri: '', email_address: '' });
  const logs = grant('WRITE', { type: 'Group', uri: 'http://acs.amazonaws.com/groups/s3/LogDelivery' });
  const everybody = grant('READ', { type: 'Group', uri: 'http://acs.amazonaws.com/groups/global/AllUsers' });
  const acl = (...grants: readonly object[]) => ({
    bucket: 'a',
    access_control_policy: [{ grant: grants, owner: [{ id: 'me' }] }],
  });
  const messages = (before: object, after: object) =>
    check(newPrincipal, [update('aws_s3_bucket_acl.a', { ...before }, { ...after })]).map(({ message }) => message);
  expect(messages(acl(owner), acl(owner, other, logs))).toEqual([
    'the ACL grants WRITE to other',
    'the ACL grants WRITE to the group LogDelivery',
  ]);
  // Everybody is the business of public-policy.
  expect(messages(acl(other), acl(owner, other, everybody))).toEqual([]);
  expect(found(newPrincipal, [create('aws_s3_bucket_acl.a', acl(owner, other))])).toEqual([]);
  const inline = (id: string) => ({ grant: [{ id, type: 'CanonicalUser', permissions: ['READ', 'WRITE'] }] });
  expect(messages(inline('x'), inline('y'))).toEqual(['the ACL grants READ to y', 'the ACL grants WRITE to y']);
});
