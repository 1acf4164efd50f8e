import { iamWidening } from '../../../../../scripts/plan-review/rules/iam-widening';
import { change, check, create, destroy, found, keep, update } from '../plan-builder';

const policy = (...statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

const read = { Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::a/*'] };
const messages = (before: string, after: string) =>
  check(iamWidening, [update('aws_iam_role_policy.a', { policy: before }, { policy: after })]).map(
    ({ message }) => message,
  );

test('finds a new action, a wider resource and a lost condition', () => {
  const limited = { ...read, Condition: { Bool: { 'aws:SecureTransport': 'true' } } };
  expect(messages(policy(read), policy({ ...read, Action: ['s3:GetObject', 's3:PutObject'] }))).toEqual([
    'newly allowed: s3:PutObject on arn:aws:s3:::a/*',
  ]);
  expect(messages(policy(read), policy({ ...read, Resource: ['arn:aws:s3:::*'] }))).toEqual([
    'newly allowed: s3:GetObject on arn:aws:s3:::*',
  ]);
  expect(messages(policy(limited), policy(read))).toHaveLength(1);
});

test('finds a denial that is gone', () => {
  const denial = { Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' };
  expect(messages(policy(read, denial), policy(read))).toEqual(['no longer denied: s3:DeleteObject on *']);
});

test('is silent where a statement is split, narrowed or written in another order', () => {
  const both = { ...read, Action: ['s3:GetObject', 's3:PutObject'] };
  expect(messages(policy(both), policy({ ...read, Action: 's3:PutObject' }, read))).toEqual([]);
  expect(messages(policy({ ...read, Action: 's3:*' }), policy(both))).toEqual([]);
});

test('finds wildcards in a new policy, and no named reads', () => {
  const hits = check(iamWidening, [
    create('aws_iam_role_policy.a', { policy: policy({ ...read, Action: 's3:*' }) }),
    create('aws_iam_role_policy.b', {
      policy: policy({ Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' }, read),
    }),
  ]);
  expect(hits.map(({ address }) => address)).toEqual(['aws_iam_role_policy.a']);
});

test('is silent on a new policy with what can be allowed on everything only, and not where one in use gains it', () => {
  const always = ['cloudwatch:PutMetricData', 'ssm:UpdateInstanceInformation', 'ssmmessages:OpenDataChannel'];
  const wide = { policy: policy({ Effect: 'Allow', Action: always, Resource: '*' }) };
  const address = 'aws_iam_role_policy.a';
  expect(found(iamWidening, [create(address, wide)])).toEqual([]);
  expect(found(iamWidening, [update(address, { policy: policy(read) }, wide)])).toHaveLength(always.length);
  const more = policy({ Effect: 'Allow', Action: ['ssm:SendCommand', 'ssmmessages:*'], Resource: '*' });
  expect(found(iamWidening, [create(address, { policy: more })])).toEqual([address]);
});

const denial = policy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' });
const bucketPolicy = { bucket: 'a', policy: denial };

test('finds a denial that goes with its policy, not one that goes with what it is for', () => {
  const bucket = { id: 'a', bucket: 'a' };
  const deleted = destroy('aws_s3_bucket_policy.p', bucketPolicy);
  expect(check(iamWidening, [keep('aws_s3_bucket.a', bucket), deleted])).toMatchObject([
    { address: deleted.address, message: 'no longer denied: s3:* on * for *' },
  ]);
  expect(found(iamWidening, [destroy('aws_s3_bucket.a', bucket), deleted])).toEqual([]);
  const role = destroy('aws_iam_role_policy.r', { role: 'r', policy: denial });
  expect(found(iamWidening, [role])).toEqual([role.address]);
});

test('finds once a denial that goes over to something else, and what it was for stays without', () => {
  const moved = (type: string, name: string, others: object = {}) =>
    change(`${type}.p`, ['delete', 'create'], {
      before: { [name]: 'a', policy: denial },
      after: { [name]: 'b', policy: denial, ...others },
    });
  expect(found(iamWidening, [moved('aws_iam_role_policy', 'role')])).toEqual(['aws_iam_role_policy.p']);
  const weaker = { policy: policy(read) };
  const bucketPolicies = [keep('aws_s3_bucket.a', { id: 'a' }), moved('aws_s3_bucket_policy', 'bucket', weaker)];
  expect(check(iamWidening, bucketPolicies).map(({ message }) => message)).toEqual([
    expect.stringMatching(/s3:Get/),
    'no longer denied: s3:* on * for *',
  ]);
});

test('is silent where the policy is written anew for the same resource, and on one that only allows', () => {
  const deleted = destroy('aws_s3_bucket_policy.p', bucketPolicy);
  expect(found(iamWidening, [deleted, create('aws_s3_bucket_policy.q', bucketPolicy)])).toEqual([]);
  const elsewhere = create('aws_s3_bucket_policy.q', { ...bucketPolicy, bucket: 'b' });
  expect(found(iamWidening, [deleted, elsewhere])).toEqual([deleted.address]);
  expect(found(iamWidening, [destroy('aws_iam_role_policy.r', { role: 'r', policy: policy(read) })])).toEqual([]);
});

test.each(['aws_iam_role', 'aws_iam_user'])('finds a permissions boundary that is taken from %s', (type) => {
  const permissions_boundary = 'arn:aws:iam::1:policy/b';
  const bounded = { id: 'r', permissions_boundary };
  expect(found(iamWidening, [update(`${type}.r`, bounded, { permissions_boundary: null })])).toEqual([`${type}.r`]);
  expect(found(iamWidening, [update(`${type}.r`, bounded, { tags: {} })])).toEqual([]);
  const unknown = change(`${type}.r`, ['update'], {
    before: bounded,
    after: {},
    after_unknown: { permissions_boundary: true },
  });
  expect(found(iamWidening, [unknown])).toEqual([]);
});
