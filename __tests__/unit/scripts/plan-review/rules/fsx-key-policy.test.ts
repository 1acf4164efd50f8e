import { fsxKeyPolicy } from '../../../../../scripts/plan-review/rules/fsx-key-policy';
import { change, destroy, found, keep, lustre, update } from '../plan-builder';

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
