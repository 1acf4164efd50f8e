import { publicAccessBlockWeakened } from '../../../../../scripts/plan-review/rules/public-access-block-weakened';
import { destroy, found, keep, replace, update } from '../plan-builder';

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

test('is not silenced by other settings that go with it', () => {
  const versioning = destroy('aws_s3_bucket_versioning.d', { bucket: 'a', id: 'a' });
  const deleted = destroy('aws_s3_bucket_public_access_block.c', { ...block, id: 'a' });
  const kept = keep('aws_s3_bucket.a', { bucket: 'a', id: 'a' });
  expect(found(publicAccessBlockWeakened, [kept, versioning, deleted])).toEqual([deleted.address]);
});

test('finds a block that goes over to another bucket while this one stays', () => {
  const moved = replace('aws_s3_bucket_public_access_block.b', block, { changes: { bucket: 'b' } });
  expect(found(publicAccessBlockWeakened, [keep('aws_s3_bucket.a', { bucket: 'a', id: 'a' }), moved])).toEqual([
    moved.address,
  ]);
  expect(found(publicAccessBlockWeakened, [destroy('aws_s3_bucket.a', { bucket: 'a', id: 'a' }), moved])).toEqual([]);
  const renamed = replace('aws_s3_bucket.a', { bucket: 'a', id: 'a' }, { changes: { bucket: 'b' } });
  expect(found(publicAccessBlockWeakened, [renamed, moved])).toEqual([]);
});
