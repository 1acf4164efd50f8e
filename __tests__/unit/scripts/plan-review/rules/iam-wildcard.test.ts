import { iamWildcard } from '../../../../../scripts/plan-review/rules/iam-wildcard';
import { check, create, found, keep, update } from '../plan-builder';

const policy = (...statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

test('finds everything on everything, in policies and by managed policies', () => {
  expect(
    found(iamWildcard, [
      create('aws_iam_role_policy.a', { policy: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) }),
      create('aws_iam_policy.b', { policy: policy({ Effect: 'Allow', Action: ['s3:*'], Resource: ['*'] }) }),
      create('aws_iam_role_policy_attachment.c', { policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    ]),
  ).toEqual(['aws_iam_policy.b', 'aws_iam_role_policy.a', 'aws_iam_role_policy_attachment.c']);
});

const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';

test('finds managed policies in lists of them, where they are new', () => {
  const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  expect(
    found(iamWildcard, [
      create('aws_iam_role.a', { managed_policy_arns: [readOnly, administrator] }),
      update('aws_iam_role.b', { managed_policy_arns: [readOnly] }, { managed_policy_arns: [readOnly, administrator] }),
      update('aws_iam_role.c', { managed_policy_arns: [administrator] }, { description: 'x' }),
      create('aws_iam_role.d', { managed_policy_arns: [readOnly] }),
      create('aws_iam_role_policy_attachments_exclusive.e', { role_name: 'r', policy_arns: [administrator] }),
      create('aws_iam_user_policy_attachments_exclusive.f', { user_name: 'u', policy_arns: [administrator] }),
      create('aws_iam_group_policy_attachments_exclusive.g', { group_name: 'g', policy_arns: [administrator] }),
    ]).toSorted(),
  ).toEqual([
    'aws_iam_group_policy_attachments_exclusive.g',
    'aws_iam_role.a',
    'aws_iam_role.b',
    'aws_iam_role_policy_attachments_exclusive.e',
    'aws_iam_user_policy_attachments_exclusive.f',
  ]);
});

test('is silent on least privilege, on denials, and on a key policy for the account itself', () => {
  expect(
    check(iamWildcard, [
      create('aws_iam_role_policy.a', { policy: policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }) }),
      create('aws_iam_role_policy.b', { policy: policy({ Effect: 'Deny', Action: '*', Resource: '*' }) }),
      create('aws_kms_key.c', {
        policy: policy({ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::1:root' }, Action: 'kms:*', Resource: '*' }),
      }),
      keep('aws_iam_role_policy.d', { policy: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) }),
      update(
        'aws_iam_role_policy.e',
        { policy: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) },
        { name: 'x' },
      ),
    ]),
  ).toEqual([]);
});

test('a policy in a role is read, whatever of the role is not known yet', () => {
  const inline_policy = [{ name: 'a', policy: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) }, { name: 'b' }];
  const role = create('aws_iam_role.a', { inline_policy }, ['assume_role_policy']);
  const references = { [role.address]: { assume_role_policy: ['aws_iam_openid_connect_provider.x.arn'] } };
  expect(found(iamWildcard, [role], { references })).toEqual([role.address]);
});

test.each([
  ['*:*', '*'],
  ['s3:**', '**'],
  ['s3:?*', '*'],
  ['*', 'arn:aws:*'],
])('%s on %s is everything, however it is written', (Action, Resource) => {
  const written = create('aws_iam_role_policy.a', { policy: policy({ Effect: 'Allow', Action, Resource }) });
  expect(found(iamWildcard, [written])).toEqual([written.address]);
});

test.each([
  ['aws:policy/AmazonS3FullAccess', true],
  ['aws:policy/AWSLambda_FullAccess', true],
  ['aws:policy/AmazonDynamoDBFullAccess_v2', true],
  ['aws:policy/service-role/AmazonEC2RoleforSSM', false],
  ['aws:policy/AmazonSSMManagedInstanceCore', false],
  ['111122223333:policy/TeamFullAccess', false],
])('of managed policies, %s is without bounds: %s', (name, isBoundless) => {
  const attachment = create('aws_iam_role_policy_attachment.a', { policy_arn: `arn:aws:iam::${name}` });
  expect(found(iamWildcard, [attachment])).toHaveLength(isBoundless ? 1 : 0);
});
