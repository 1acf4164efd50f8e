import { bucketDeleted } from '../../../../../scripts/plan-review/rules/bucket-deleted';
import { check, destroy, keep } from '../plan-builder';

test('tells emptying from failing', () => {
  const messages = check(bucketDeleted, [
    destroy('aws_s3_bucket.a', { force_destroy: true }),
    destroy('aws_s3_bucket.b', { force_destroy: false }),
    keep('aws_s3_bucket.c', {}),
  ]).map(({ message }) => message);
  expect(messages).toEqual([
    expect.stringContaining('with every object and version in it'),
    expect.stringContaining('fails unless it is empty'),
  ]);
});
