import { linkedObjectsExpire } from '../../../../../scripts/plan-review/rules/linked-objects-expire';
import { association, type BuiltChange, check, create, keep, update } from '../plan-builder';

const address = 'aws_s3_bucket_lifecycle_configuration.l';
const expiring = (days: number, rest: object = {}) => ({
  bucket: 'market',
  rule: [{ id: 'r', status: 'Enabled', filter: [{ prefix: '' }], expiration: [{ days }], ...rest }],
});
const below = (prefix: string) => ({ filter: [{ prefix }] });
const old = (days: number) => ({
  ...below(''),
  expiration: [],
  noncurrent_version_expiration: [{ noncurrent_days: days }],
});
const linked = keep('aws_fsx_data_repository_association.a', association);
const bucket = keep('aws_s3_bucket.market', { id: 'market', bucket: 'market' });
const messages = (...changes: readonly BuiltChange[]) =>
  check(linkedObjectsExpire, [bucket, linked, ...changes]).map(({ message }) => message);

test('finds a rule for some of what an association is linked to, and one that comes sooner', () => {
  expect(messages(create(address, expiring(7, below('nasdaq/tmp/'))))).toEqual([
    'every object below nasdaq/tmp/ is deleted 7 day(s) after it was written',
  ]);
  const tagged = { filter: [{ and: [{ prefix: 'nasdaq/', tags: { a: 'b' } }] }] };
  expect(messages(create(address, expiring(7, tagged)))).toEqual([
    'each object of some tags or sizes below nasdaq/ is deleted 7 day(s) after it was written',
  ]);
  const sized = { filter: [{ object_size_less_than: 1024 }] };
  expect(messages(update(address, expiring(30, sized), expiring(7, sized)))).toEqual([
    'each object of some tags or sizes is deleted 7 day(s) after it was written',
  ]);
});

test('finds what deletes old versions, and does so sooner', () => {
  const message = 'the old versions of every object are deleted 5 day(s) after they were replaced or deleted';
  expect(messages(create(address, expiring(0, old(5))))).toEqual([message]);
  expect(messages(update(address, expiring(0, old(90)), expiring(0, old(5))))).toEqual([message]);
  expect(messages(update(address, expiring(0, old(5)), expiring(0, old(90))))).toEqual([]);
  const before = { id: 'market', bucket: 'market', lifecycle_rule: [] };
  const lifecycle_rule = [{ enabled: true, prefix: '', noncurrent_version_expiration: [{ days: 5 }] }];
  const own = update('aws_s3_bucket.market', before, { lifecycle_rule });
  expect(check(linkedObjectsExpire, [linked, own]).map(({ message: text }) => text)).toEqual([message]);
});

test('an association that comes to a bucket is told what expires there already, and a new bucket is looked at too', () => {
  const coming = create('aws_fsx_data_repository_association.b', {
    ...association,
    data_repository_path: 's3://market/b',
  });
  const [whole, other] = [keep(address, expiring(30)), keep(address, expiring(30, below('c/')))];
  expect(messages(coming, whole)).toEqual(['every object is deleted 30 day(s) after it was written']);
  expect(messages(coming, other)).toEqual([]);
  const made = [create('aws_s3_bucket.market', { bucket: 'market' }), create(linked.address, association)];
  expect(check(linkedObjectsExpire, [...made, create(address, expiring(30))])).toHaveLength(1);
});

test('is silent on what is not linked, does not change, or is told as the whole', () => {
  for (const prefix of ['logs/', 'nasdaq2/']) expect(messages(create(address, expiring(7, below(prefix))))).toEqual([]);
  expect(messages(create(address, { ...expiring(7), bucket: 'other' }))).toEqual([]);
  expect(messages(create(address, expiring(7, { status: 'Disabled' })))).toEqual([]);
  expect(messages(keep(address, expiring(7)))).toEqual([]);
  expect(messages(update(address, expiring(7), expiring(30)))).toEqual([]);
  expect(messages(update(address, expiring(7), expiring(7, below('nasdaq/'))))).toEqual([]);
  expect(messages(create(address, expiring(7)))).toEqual([]);
  expect(messages(create(address, expiring(7, below('nasdaq/'))))).toEqual([]);
});
