import { publicAccessBlockWeakened } from '../../../../../scripts/plan-review/rules/public-access-block-weakened';
import { destroy, found, keep, update } from '../plan-builder';

const block = { bucket: 'a', block_public_acls: true, block_public_policy: true };

test('finds a setting turned off, and a block deleted from a bucket that stays', () => {
  expect(
    found(publicAccessBlockWeakened, [
      keep('aws_s3_bucket.a', { bucket: 'a', id: 'a' }),
      update('aws_s3_bucket_public_access_block.b', block, { block_public_policy: false }),
      destroy('aws_s3_bucket_public_access_block.c', block),
    ]),
  ).toEqual(['aws_s3_bucket_public_access_block.b', 'aws_s3_bucket_public_access_block.c']);
});

test('is silent where the bucket goes too', () => {
  expect(
    found(publicAccessBlockWeakened, [
      destroy('aws_s3_bucket.a', { bucket: 'a', id: 'a' }),
      destroy('aws_s3_bucket_public_access_block.c', block),
    ]),
  ).toEqual([]);
});
