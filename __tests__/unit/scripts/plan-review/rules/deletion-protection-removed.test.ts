import { deletionProtectionRemoved } from '../../../../../scripts/plan-review/rules/deletion-protection-removed';
import { destroy, found, update } from '../plan-builder';

test('finds protections turned off, and deletions made easy', () => {
  expect(
    found(deletionProtectionRemoved, [
      update('aws_db_instance.a', { deletion_protection: true }, { deletion_protection: false }),
      update('aws_s3_bucket.b', { force_destroy: false }, { force_destroy: true }),
      update('aws_lb.c', { enable_deletion_protection: false }, { enable_deletion_protection: true }),
    ]),
  ).toEqual(['aws_db_instance.a', 'aws_s3_bucket.b']);
});

test('finds an object lock that is taken from a bucket that stays', () => {
  const lock = destroy('aws_s3_bucket_object_lock_configuration.l', { bucket: 'a' });
  expect(found(deletionProtectionRemoved, [lock])).toEqual([lock.address]);
  expect(found(deletionProtectionRemoved, [destroy('aws_s3_bucket.a', { id: 'a', bucket: 'a' }), lock])).toEqual([]);
});
