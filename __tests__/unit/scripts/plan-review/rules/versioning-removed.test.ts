import { versioningRemoved } from '../../../../../scripts/plan-review/rules/versioning-removed';
import { destroy, found, update } from '../plan-builder';

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
