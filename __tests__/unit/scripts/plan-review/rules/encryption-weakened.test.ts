import { encryptionWeakened } from '../../../../../scripts/plan-review/rules/encryption-weakened';
import { destroy, found, keep, replace, update } from '../plan-builder';

const algorithm = (name: string) => ({
  rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: name }] }],
});

test('finds encryption that is off, weaker or gone', () => {
  expect(
    found(encryptionWeakened, [
      replace('aws_ebs_volume.a', { encrypted: true }, { changes: { encrypted: false } }),
      replace(
        'aws_instance.b',
        { root_block_device: [{ encrypted: true }] },
        { changes: { root_block_device: [{ encrypted: false }] } },
      ),
      update('aws_s3_bucket_server_side_encryption_configuration.c', algorithm('aws:kms'), algorithm('AES256')),
      update('aws_cloudwatch_log_group.d', { kms_key_id: 'arn:k' }, { kms_key_id: null }),
      destroy('aws_s3_bucket_server_side_encryption_configuration.e', { bucket: 'a' }),
    ]),
  ).toHaveLength(5);
});

test('is silent on stronger encryption and on none changed', () => {
  expect(
    found(encryptionWeakened, [
      replace('aws_ebs_volume.a', { encrypted: false }, { changes: { encrypted: true } }),
      update('aws_s3_bucket_server_side_encryption_configuration.c', algorithm('AES256'), algorithm('aws:kms')),
      keep('aws_ebs_volume.d', { encrypted: false }),
      // A log group without a key, as AWS gives it.
      replace(
        'aws_cloudwatch_log_group.e',
        { name: 'a', kms_key_id: '' },
        { changes: { name: 'b', kms_key_id: null } },
      ),
    ]),
  ).toEqual([]);
});

test("finds S3's own key instead of a KMS key in the bucket's own argument", () => {
  const encrypted = (sse_algorithm: string) => ({
    server_side_encryption_configuration: [
      { rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm, kms_master_key_id: '' }] }] },
    ],
  });
  const change = (from: string, to: string) => update('aws_s3_bucket.a', encrypted(from), encrypted(to));
  expect(found(encryptionWeakened, [change('aws:kms', 'AES256')])).toEqual(['aws_s3_bucket.a']);
  expect(found(encryptionWeakened, [change('AES256', 'aws:kms')])).toEqual([]);
});
