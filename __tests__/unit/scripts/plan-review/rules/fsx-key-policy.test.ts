import { fsxKeyPolicy } from '../../../../../scripts/plan-review/rules/fsx-key-policy';
import { association, change, create, destroy, found, keep, lustre, update } from '../plan-builder';

const account = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111122223333:root' },
  Action: 'kms:*',
  Resource: '*',
};
const letIn = (fileSystem: string) => ({
  Effect: 'Allow',
  Principal: { AWS: '*' },
  Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
  Resource: '*',
  Condition: {
    ArnLike: {
      'aws:PrincipalArn': `arn:aws:iam::111122223333:role/aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/AWSServiceRoleForFSxS3Access_${fileSystem}`,
    },
  },
});
const key = (...statements: readonly object[]) => ({
  id: 'k',
  key_id: 'k',
  policy: JSON.stringify({ Statement: [account, ...statements] }),
});
const rewritten = (before: object, after: object) => update('aws_kms_key.k', { ...before }, { ...after });
const fileSystem = keep('aws_fsx_lustre_file_system.f', lustre);

test('finds a key policy that loses the statement for FSx, in the key or beside it', () => {
  expect(found(fsxKeyPolicy, [rewritten(key(letIn('fs-*')), key())])).toEqual(['aws_kms_key.k']);
  expect(found(fsxKeyPolicy, [rewritten(key(letIn('fs-9')), key())])).toEqual(['aws_kms_key.k']);
  expect(found(fsxKeyPolicy, [fileSystem, rewritten(key(letIn('fs-*')), key(letIn('fs-2')))])).toEqual([
    'aws_kms_key.k',
  ]);
  const beside = { ...key(letIn('fs-*')), key_id: 'k' };
  expect(found(fsxKeyPolicy, [keep('aws_kms_key.k', key()), destroy('aws_kms_key_policy.p', beside)])).toEqual([
    'aws_kms_key_policy.p',
  ]);
});

test('is silent where FSx is let in as before, where it never was, and where nothing is left to be let in', () => {
  expect(found(fsxKeyPolicy, [fileSystem, rewritten(key(letIn('fs-*')), key(letIn('fs-1')))])).toEqual([]);
  expect(found(fsxKeyPolicy, [rewritten(key(letIn('fs-*')), { description: 'x' })])).toEqual([]);
  expect(found(fsxKeyPolicy, [rewritten(key(account), key())])).toEqual([]);
  const gone = destroy('aws_fsx_lustre_file_system.f', lustre);
  expect(found(fsxKeyPolicy, [gone, rewritten(key(letIn('fs-*')), key())])).toEqual([]);
  const hidden = change('aws_kms_key.k', ['update'], {
    before: key(letIn('fs-*')),
    after: {},
    after_unknown: { policy: true },
  });
  expect(found(fsxKeyPolicy, [hidden])).toEqual([]);
  expect(
    found(fsxKeyPolicy, [destroy('aws_kms_key.k', key()), destroy('aws_kms_key_policy.p', key(letIn('fs-*')))]),
  ).toEqual([]);
});

describe('a linked bucket that is encrypted with another key', () => {
  const arn = 'arn:aws:kms:us-east-1:111122223333:key/k';
  const encrypted = (sse_algorithm: string, kms_master_key_id: string) => ({
    bucket: 'market',
    rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm, kms_master_key_id }] }],
  });
  const address = 'aws_s3_bucket_server_side_encryption_configuration.e';
  const turned = update(address, encrypted('AES256', ''), encrypted('aws:kms', arn));
  const linked = keep('aws_fsx_data_repository_association.a', association);
  const withPolicy = (...statements: readonly object[]) => ({ ...key(...statements), arn });

  test('is found where the key does not let FSx in, by value or by reference', () => {
    expect(found(fsxKeyPolicy, [linked, keep('aws_kms_key.k', withPolicy()), turned])).toEqual([address]);
    expect(found(fsxKeyPolicy, [linked, keep('aws_kms_key.k', withPolicy(letIn('fs-2'))), turned])).toEqual([address]);
    const fresh = create('aws_kms_key.k', { policy: withPolicy().policy }, ['id', 'arn']);
    const coming = change(address, ['update'], {
      before: encrypted('AES256', ''),
      after: encrypted('aws:kms', ''),
      after_unknown: { rule: [{ apply_server_side_encryption_by_default: [{ kms_master_key_id: true }] }] },
    });
    const references = { [address]: { rule: ['aws_kms_key.k.arn'] } };
    expect(found(fsxKeyPolicy, [linked, fresh, coming], { references })).toEqual([address]);
  });

  test('is none where it lets FSx in, where nothing is linked, and where the policy is not known', () => {
    expect(found(fsxKeyPolicy, [linked, keep('aws_kms_key.k', withPolicy(letIn('fs-*'))), turned])).toEqual([]);
    expect(found(fsxKeyPolicy, [keep('aws_kms_key.k', withPolicy()), turned])).toEqual([]);
    expect(found(fsxKeyPolicy, [linked, turned])).toEqual([]);
    const beside = keep('aws_kms_key_policy.p', { ...withPolicy(letIn('fs-1')), id: 'p', arn: 'p', key_id: 'k' });
    expect(found(fsxKeyPolicy, [linked, keep('aws_kms_key.k', withPolicy()), beside, turned])).toEqual([]);
    const same = keep(address, encrypted('aws:kms', arn));
    expect(found(fsxKeyPolicy, [linked, keep('aws_kms_key.k', withPolicy()), same])).toEqual([]);
  });
});
