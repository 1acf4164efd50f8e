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

test.each([
  ['a shorter time', { days: 30, years: 0 }, { days: 1 }, 1],
  ['days in place of years', { days: 0, years: 1 }, { days: 364, years: 0 }, 1],
  ['a mode that can be bypassed', { mode: 'COMPLIANCE' }, { mode: 'GOVERNANCE' }, 1],
  ['a longer time', { days: 300, years: 0 }, { days: 0, years: 1 }, 0],
  ['a stricter mode', { mode: 'GOVERNANCE' }, { mode: 'COMPLIANCE' }, 0],
])('a default retention of an object lock that goes over to %s', (_, before, after, count) => {
  const rule = (retention: object) => ({
    rule: [{ default_retention: [{ mode: 'COMPLIANCE', days: 9, ...retention }] }],
  });
  const lock = update('aws_s3_bucket_object_lock_configuration.l', rule(before), rule({ ...before, ...after }));
  expect(found(deletionProtectionRemoved, [lock])).toHaveLength(count);
});

test('finds a default retention that is taken away', () => {
  const rule = [{ default_retention: [{ mode: 'GOVERNANCE', days: 9, years: 0 }] }];
  expect(
    found(deletionProtectionRemoved, [update('aws_s3_bucket_object_lock_configuration.l', { rule }, { rule: [] })]),
  ).toHaveLength(1);
});

test("finds a lock made shorter in the bucket's own argument", () => {
  const locked = (days: number) => ({
    object_lock_configuration: [
      { object_lock_enabled: 'Enabled', rule: [{ default_retention: [{ mode: 'GOVERNANCE', days, years: 0 }] }] },
    ],
  });
  expect(found(deletionProtectionRemoved, [update('aws_s3_bucket.a', locked(30), locked(1))])).toEqual([
    'aws_s3_bucket.a',
  ]);
  expect(found(deletionProtectionRemoved, [update('aws_s3_bucket.a', locked(1), locked(30))])).toEqual([]);
});

test('finds that versions need no second factor any more', () => {
  const versioning = (mfa_delete: string) => ({ versioning_configuration: [{ status: 'Enabled', mfa_delete }] });
  const change = (before: string, after: string) =>
    update('aws_s3_bucket_versioning.v', versioning(before), versioning(after));
  expect(found(deletionProtectionRemoved, [change('Enabled', 'Disabled')])).toEqual(['aws_s3_bucket_versioning.v']);
  expect(found(deletionProtectionRemoved, [change('Disabled', 'Enabled')])).toEqual([]);
  expect(found(deletionProtectionRemoved, [change('', 'Disabled')])).toEqual([]);
});

test.each([
  ['aws_kms_key', 'deletion_window_in_days', 30, 7, 1],
  ['aws_kms_key', 'deletion_window_in_days', null, 14, 1],
  ['aws_kms_key', 'deletion_window_in_days', 7, null, 0],
  ['aws_kms_key', 'deletion_window_in_days', null, 30, 0],
  ['aws_secretsmanager_secret', 'recovery_window_in_days', 30, 0, 1],
  ['aws_secretsmanager_secret', 'recovery_window_in_days', 0, 7, 0],
])('%s: %s that goes from %j to %j', (type, attribute, before, after, count) => {
  const change = update(`${type}.a`, { [attribute]: before }, { [attribute]: after });
  expect(found(deletionProtectionRemoved, [change])).toHaveLength(count);
});
