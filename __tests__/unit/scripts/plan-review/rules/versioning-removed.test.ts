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
