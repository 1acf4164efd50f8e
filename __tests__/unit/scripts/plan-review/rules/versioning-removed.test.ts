import { versioningRemoved } from '../../../../../scripts/plan-review/rules/versioning-removed';
import { destroy, found, replace, update } from '../plan-builder';

const status = (value: string) => ({ bucket: 'a', versioning_configuration: [{ status: value }] });

test('finds versioning suspended or deleted, not turned on', () => {
  expect(
    found(versioningRemoved, [
      update('aws_s3_bucket_versioning.a', status('Enabled'), status('Suspended')),
      destroy('aws_s3_bucket_versioning.b', status('Enabled')),
      update('aws_s3_bucket_versioning.c', status('Suspended'), status('Enabled')),
    ]),
  ).toEqual(['aws_s3_bucket_versioning.a', 'aws_s3_bucket_versioning.b']);
});

test('finds versioning that goes over to another bucket', () => {
  const moved = replace('aws_s3_bucket_versioning.a', status('Enabled'), { changes: { bucket: 'b' } });
  expect(found(versioningRemoved, [moved])).toEqual([moved.address]);
});

test("finds versioning suspended by the bucket's own argument", () => {
  const bucket = { bucket: 'a', versioning: [{ enabled: true, mfa_delete: false }] };
  const suspended = update('aws_s3_bucket.a', bucket, { versioning: [{ enabled: false, mfa_delete: false }] });
  expect(found(versioningRemoved, [suspended])).toEqual(['aws_s3_bucket.a']);
  expect(found(versioningRemoved, [update('aws_s3_bucket.a', bucket, { tags: {} })])).toEqual([]);
});
