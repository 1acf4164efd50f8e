import { deletionProtectionRemoved } from '../../../../../scripts/plan-review/rules/deletion-protection-removed';
import { found, update } from '../plan-builder';

test('finds protections turned off, and deletions made easy', () => {
  expect(
    found(deletionProtectionRemoved, [
      update('aws_db_instance.a', { deletion_protection: true }, { deletion_protection: false }),
      update('aws_s3_bucket.b', { force_destroy: false }, { force_destroy: true }),
      update('aws_lb.c', { enable_deletion_protection: false }, { enable_deletion_protection: true }),
    ]),
  ).toEqual(['aws_db_instance.a', 'aws_s3_bucket.b']);
});
