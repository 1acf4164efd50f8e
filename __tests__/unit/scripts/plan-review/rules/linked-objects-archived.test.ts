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

test('finds archive tiers of Intelligent-Tiering, each that is new or nearer, and none that is off or elsewhere', () => {
  const tiers = 'aws_s3_bucket_intelligent_tiering_configuration.t';
  const tiering = (access_tier: string, days: number) => ({ access_tier, days });
  const archiving = { bucket: 'market', name: 'all', status: 'Enabled', tiering: [tiering('ARCHIVE_ACCESS', 90)] };
  const archived = (objects: string, days: number) =>
    `${objects} whose class is INTELLIGENT_TIERING is archived ${days} day(s) after it was last read`;
  expect(messages(create(tiers, archiving))).toEqual([archived('every object', 90)]);
  const deep = { tiering: [...archiving.tiering, tiering('DEEP_ARCHIVE_ACCESS', 180)] };
  expect(messages(create(tiers, { ...archiving, ...deep, filter: [{ prefix: 'nasdaq/2025/', tags: null }] }))).toEqual([
    archived('every object below nasdaq/2025/', 90),
    archived('every object below nasdaq/2025/', 180),
  ]);
  expect(messages(update(tiers, archiving, deep))).toEqual([]);
  expect(messages(update(tiers, { ...archiving, ...deep }, { tiering: [tiering('ARCHIVE_ACCESS', 120)] }))).toEqual([]);
  expect(messages(update(tiers, { ...archiving, status: 'Disabled' }, { status: 'Enabled' }))).toHaveLength(1);
  for (const silent of [{ status: 'Disabled' }, { filter: [{ prefix: 'logs/' }] }, { bucket: 'other' }])
    expect(messages(create(tiers, { ...archiving, ...silent }))).toEqual([]);
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
