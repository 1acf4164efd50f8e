import { fsxBucketNotification } from '../../../../../scripts/plan-review/rules/fsx-bucket-notification';
import { association, change, create, found, keep } from '../plan-builder';

const notification = create('aws_s3_bucket_notification.a', { bucket: 'market' });

test('finds a notification on a bucket that is imported from', () => {
  expect(
    found(fsxBucketNotification, [keep('aws_fsx_data_repository_association.a', association), notification]),
  ).toEqual([notification.address]);
});

test('finds it by reference where no name is known yet', () => {
  const linked = create('aws_fsx_data_repository_association.a', { ...association, data_repository_path: undefined }, [
    'data_repository_path',
  ]);
  const unnamed = create('aws_s3_bucket_notification.a', {}, ['bucket']);
  const references = {
    [linked.address]: { data_repository_path: ['aws_s3_bucket.m.bucket'] },
    [unnamed.address]: { bucket: ['aws_s3_bucket.m.id'] },
  };
  const bucket = create('aws_s3_bucket.m', {}, ['bucket', 'id']);
  expect(found(fsxBucketNotification, [bucket, linked, unnamed], { references })).toEqual([unnamed.address]);
});

test('is silent on other buckets and without auto-import', () => {
  const silent = keep('aws_fsx_data_repository_association.a', { ...association, s3: [{ auto_export_policy: [{}] }] });
  expect(found(fsxBucketNotification, [silent, notification])).toEqual([]);
  expect(
    found(fsxBucketNotification, [
      create('aws_s3_bucket_notification.a', { bucket: 'other' }),
      keep('aws_fsx_data_repository_association.a', association),
    ]),
  ).toEqual([]);
});

test('is silent on one that the state forgets: Terraform writes it no more', () => {
  const forgotten = change(notification.address, ['forget'], { before: { bucket: 'market' } });
  expect(
    found(fsxBucketNotification, [create('aws_fsx_data_repository_association.a', association), forgotten]),
  ).toEqual([]);
});
