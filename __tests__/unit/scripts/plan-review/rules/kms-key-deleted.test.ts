import { kmsKeyDeleted } from '../../../../../scripts/plan-review/rules/kms-key-deleted';
import { destroy, found, update } from '../plan-builder';

test('finds keys that are disabled, and none that is enabled', () => {
  expect(
    found(kmsKeyDeleted, [
      update('aws_kms_key.a', { is_enabled: true }, { is_enabled: false }),
      update('aws_kms_replica_key.b', { enabled: true }, { enabled: false }),
      update('aws_kms_key.c', { is_enabled: false }, { is_enabled: true }),
    ]),
  ).toEqual(['aws_kms_key.a', 'aws_kms_replica_key.b']);
});

test('finds keys on their way out', () => {
  expect(found(kmsKeyDeleted, [destroy('aws_kms_key.a'), update('aws_kms_key.b', {}, { description: 'x' })])).toEqual([
    'aws_kms_key.a',
  ]);
});
