import { objectsExpire } from '../../../../../scripts/plan-review/rules/objects-expire';
import { association, check, create, keep, update } from '../plan-builder';

const address = 'aws_s3_bucket_lifecycle_configuration.l';
const expiring = (expiration: object, rest: object = {}) => ({
  bucket: 'a',
  rule: [
    {
      id: 'r',
      status: 'Enabled',
      prefix: '',
      filter: [{ prefix: '', tag: [], and: [] }],
      ...rest,
      expiration: [expiration],
    },
  ],
});
const bucket = keep('aws_s3_bucket.a', { id: 'a', bucket: 'a' });
const messages = (...changes: Parameters<typeof check>[1]) =>
  check(objectsExpire, [bucket, ...changes]).map(({ message }) => message);

test('finds a new rule for every object, one on a date, and one that comes sooner', () => {
  expect(messages(create(address, expiring({ days: 1 })))).toEqual([
    'every object is deleted 1 day(s) after it was written',
  ]);
  expect(messages(create(address, expiring({ date: '2027-01-01T00:00:00Z' })))).toEqual([
    'every object is deleted on a set date',
  ]);
  expect(messages(update(address, expiring({ days: 365 }), expiring({ days: 30 })))).toEqual([
    'every object is deleted 30 day(s) after it was written, before after 365',
  ]);
});

test('finds a rule for all that an association exports, once where it is for the whole bucket', () => {
  const linked = keep('aws_fsx_data_repository_association.a', {
    ...association,
    data_repository_path: 's3://a/nasdaq',
  });
  const within = (prefix: string) =>
    messages(linked, create(address, expiring({ days: 1 }, { filter: [{ prefix, tag: [], and: [] }] })));
  const message = 'every object of an association, below nasdaq/, is deleted 1 day(s) after it was written';
  expect(within('nasdaq/')).toEqual([message]);
  expect(within('nas')).toEqual([message]);
  expect(within('')).toEqual(['every object is deleted 1 day(s) after it was written']);
  for (const prefix of ['nasdaq/tmp/', 'nasdaq2/', 'logs/']) expect(within(prefix)).toEqual([]);
  const tagged = { filter: [{ and: [{ prefix: 'nasdaq/', tags: { a: 'b' } }] }] };
  expect(messages(linked, create(address, expiring({ days: 1 }, tagged)))).toEqual([]);
  const elsewhere = keep('aws_fsx_data_repository_association.a', association);
  expect(messages(elsewhere, create(address, expiring({ days: 1 }, { prefix: 'nasdaq/' })))).toEqual([]);
});

test('is silent on some objects, on old versions, on what holds already, and on a bucket that is new', () => {
  const some = [
    { filter: [{ prefix: 'logs/' }] },
    { filter: [{ tag: [{ key: 'a', value: 'b' }] }] },
    { prefix: 'x/' },
    { status: 'Disabled' },
  ];
  for (const rest of some) expect(messages(create(address, expiring({ days: 1 }, rest)))).toEqual([]);
  expect(messages(create(address, expiring({ days: 0, expired_object_delete_marker: true })))).toEqual([]);
  expect(messages(keep(address, expiring({ days: 1 })))).toEqual([]);
  expect(messages(update(address, expiring({ days: 30 }), expiring({ days: 365 })))).toEqual([]);
  expect(
    check(objectsExpire, [create('aws_s3_bucket.n', { bucket: 'a' }), create(address, expiring({ days: 1 }))]),
  ).toEqual([]);
});

test("finds a rule of the bucket's own argument", () => {
  const own = (days: number, rest: object = {}) => ({
    id: 'a',
    bucket: 'a',
    lifecycle_rule: [
      {
        id: 'r',
        enabled: true,
        prefix: '',
        tags: {},
        expiration: [{ date: '', days, expired_object_delete_marker: false }],
        ...rest,
      },
    ],
  });
  const none = { id: 'a', bucket: 'a', lifecycle_rule: [] };
  const after = (days: number, rest?: object) =>
    check(objectsExpire, [update('aws_s3_bucket.a', none, own(days, rest))]).map(({ message }) => message);
  expect(after(7)).toEqual(['every object is deleted 7 day(s) after it was written']);
  for (const rest of [{ enabled: false }, { prefix: 'logs/' }, { tags: { a: 'b' } }, { expiration: [] }])
    expect(after(7, rest)).toEqual([]);
  expect(check(objectsExpire, [create('aws_s3_bucket.a', own(7))])).toEqual([]);
  expect(check(objectsExpire, [update('aws_s3_bucket.a', own(7), { tags: {} })])).toEqual([]);
});
