import { objectOwnershipWeakened } from '../../../../../scripts/plan-review/rules/object-ownership-weakened';
import { check, create, destroy, found, keep, update } from '../plan-builder';

const address = 'aws_s3_bucket_ownership_controls.o';
const owned = (object_ownership: string) => ({ bucket: 'a', rule: [{ object_ownership }] });
const acls = 'ACLs are in force again';
const others = 'what another account uploads is its own, not yours';

test.each([
  ['BucketOwnerEnforced', 'BucketOwnerPreferred', [acls]],
  ['BucketOwnerEnforced', 'ObjectWriter', [acls, others]],
  ['BucketOwnerPreferred', 'ObjectWriter', [others]],
  ['ObjectWriter', 'BucketOwnerPreferred', []],
  ['BucketOwnerPreferred', 'BucketOwnerEnforced', []],
])('%s that goes over to %s', (before, after, messages) => {
  const hits = check(objectOwnershipWeakened, [update(address, owned(before), owned(after))]);
  expect(hits.map(({ message }) => message)).toEqual(messages);
});

test('finds a setting that is taken from a bucket that stays', () => {
  const bucket = { id: 'a', bucket: 'a' };
  const gone = (ownership: string) => destroy(address, owned(ownership));
  expect(found(objectOwnershipWeakened, [keep('aws_s3_bucket.a', bucket), gone('BucketOwnerPreferred')])).toEqual([
    address,
  ]);
  expect(found(objectOwnershipWeakened, [keep('aws_s3_bucket.a', bucket), gone('ObjectWriter')])).toEqual([]);
  expect(found(objectOwnershipWeakened, [destroy('aws_s3_bucket.a', bucket), gone('BucketOwnerEnforced')])).toEqual([]);
  expect(found(objectOwnershipWeakened, [create(address, owned('ObjectWriter'))])).toEqual([]);
});
