import { iamWidening } from '../../../../scripts/plan-review/rules/iam-widening';
import { change, check, create, destroy, keep } from './plan-builder';

const policy = (effect: string) =>
  JSON.stringify({ Statement: [{ Effect: effect, Action: 's3:DeleteObject', Resource: '*' }] });
const arn = 'arn:aws:iam::111122223333:policy/p';
const denying = { id: arn, arn, policy: policy('Deny') };
const role = { id: 'r', name: 'r' };
const attached = { role: 'r', policy_arn: arn };
const attachment = 'aws_iam_role_policy_attachment.a';
const messages = (...changes: Parameters<typeof check>[1]) =>
  check(iamWidening, changes).map(({ address, message }) => `${address} ${message}`);
const lost = `${attachment} no longer denied: s3:DeleteObject on *`;

test('finds a denial that is detached, with its policy or without', () => {
  const detached = destroy(attachment, attached);
  expect(messages(keep('aws_iam_role.r', role), keep('aws_iam_policy.p', denying), detached)).toEqual([lost]);
  expect(messages(keep('aws_iam_role.r', role), destroy('aws_iam_policy.p', denying), detached)).toEqual([lost]);
  const swapped = change(attachment, ['delete', 'create'], {
    before: attached,
    after: { ...attached, policy_arn: 'arn:aws:iam::111122223333:policy/q' },
  });
  expect(messages(keep('aws_iam_policy.p', denying), swapped)).toEqual([lost]);
  const hidden = create('aws_iam_policy.q', { arn: 'arn:aws:iam::111122223333:policy/q' }, ['policy']);
  expect(messages(keep('aws_iam_policy.p', denying), swapped, hidden)).toEqual([]);
});

test('a bucket that the ARN of a policy is made of is no policy, and hides nothing', () => {
  const made = 'aws_iam_role_policy_attachment.b';
  const changes = [
    keep('aws_iam_policy.p', denying),
    destroy(attachment, attached),
    create(made, { role: 'r' }, ['policy_arn']),
    create('aws_s3_bucket.q', {}, ['policy']),
  ];
  const references = { [made]: { policy_arn: ['aws_s3_bucket.q.bucket', 'aws_s3_bucket.q'] } };
  expect(check(iamWidening, changes, { references }).map(({ address }) => address)).toEqual([attachment]);
});

test('is silent where the role goes, where the policy only allows, and where the denial is kept in another place', () => {
  const detached = destroy(attachment, attached);
  const kept = keep('aws_iam_policy.p', denying);
  expect(messages(destroy('aws_iam_role.r', role), kept, detached)).toEqual([]);
  expect(messages(keep('aws_iam_policy.p', { ...denying, policy: policy('Allow') }), detached)).toEqual([]);
  expect(messages(kept, detached, create('aws_iam_role_policy_attachment.b', attached))).toEqual([]);
  const inline = create('aws_iam_role_policy.b', { role: 'r', policy: policy('Deny') });
  expect(messages(kept, detached, inline)).toEqual([]);
  const another = create('aws_iam_role_policy_attachment.b', { ...attached, role: 'other' });
  expect(messages(kept, detached, another)).toEqual([lost]);
});

test('says what is not known where the policy, or who holds it, is not in the plan', () => {
  expect(messages(destroy(attachment, attached))).toEqual([
    `${attachment} not known: what ${arn} denied, if anything: it is not in this plan`,
  ]);
  expect(messages(destroy(attachment, attached), keep('aws_iam_role_policy_attachment.b', attached))).toEqual([]);
  expect(messages(destroy('aws_iam_policy.p', denying))).toEqual([
    'aws_iam_policy.p no longer denied: s3:DeleteObject on *',
    'aws_iam_policy.p not known: who held the policy: its attachments are not in this plan',
  ]);
  expect(messages(destroy('aws_iam_policy.p', { ...denying, policy: policy('Allow') }))).toEqual([]);
});

test.each([
  ['AmazonSSMManagedInstanceCore', 0],
  ['AWSDenyAll', 1],
])("AWS's own %s: %i", (name, count) => {
  const detached = destroy(attachment, { role: 'r', policy_arn: `arn:aws:iam::aws:policy/${name}` });
  expect(messages(detached)).toHaveLength(count);
});
