import { linkedObjectsArchived } from '../../../../../scripts/plan-review/rules/linked-objects-archived';
import { association, type BuiltChange, check, create, keep, update } from '../plan-builder';

const address = 'aws_s3_bucket_lifecycle_configuration.l';
const moving = (transition: readonly object[], prefix = '') => ({
  bucket: 'market',
  rule: [{ id: 'r', status: 'Enabled', filter: [{ prefix }], transition }],
});
const linked = keep('aws_fsx_data_repository_association.a', association);
const messages = (...changes: readonly BuiltChange[]) =>
  check(linkedObjectsArchived, [linked, ...changes]).map(({ message }) => message);

test.each(['GLACIER', 'DEEP_ARCHIVE'])('finds a rule that moves objects to %s, whole or in part', (storage_class) => {
  const steps = [
    { days: 30, storage_class: 'STANDARD_IA' },
    { days: 90, storage_class },
  ];
  expect(messages(create(address, moving(steps)))).toEqual(['every object is archived 90 day(s) after it was written']);
  expect(messages(create(address, moving(steps, 'nasdaq/2025/')))).toEqual([
    'every object below nasdaq/2025/ is archived 90 day(s) after it was written',
  ]);
  expect(messages(update(address, moving([{ days: 365, storage_class }]), moving(steps)))).toHaveLength(1);
  for (const step of [
    { days: 0, storage_class },
    { date: '2027-01-01T00:00:00Z', storage_class },
  ])
    expect(messages(create(address, moving([step])))).toEqual(['every object is archived at once or on a set date']);
});

test('is silent on other classes, on other prefixes, and on what does not change', () => {
  const glacier = [{ days: 90, storage_class: 'GLACIER' }];
  for (const storage_class of ['GLACIER_IR', 'STANDARD_IA', 'INTELLIGENT_TIERING'])
    expect(messages(create(address, moving([{ days: 1, storage_class }])))).toEqual([]);
  expect(messages(create(address, moving(glacier, 'logs/')))).toEqual([]);
  expect(messages(keep(address, moving(glacier)))).toEqual([]);
  const later = [{ days: 180, storage_class: 'GLACIER' }];
  expect(messages(update(address, moving(glacier), moving(later)))).toEqual([]);
  expect(check(linkedObjectsArchived, [create(address, moving(glacier))])).toEqual([]);
});
