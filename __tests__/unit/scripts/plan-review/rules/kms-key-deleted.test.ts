import { kmsKeyDeleted } from '../../../../../scripts/plan-review/rules/kms-key-deleted';
import { destroy, found, update } from '../plan-builder';

test('finds keys on their way out', () => {
  expect(found(kmsKeyDeleted, [destroy('aws_kms_key.a'), update('aws_kms_key.b', {}, { description: 'x' })])).toEqual([
    'aws_kms_key.a',
  ]);
});
