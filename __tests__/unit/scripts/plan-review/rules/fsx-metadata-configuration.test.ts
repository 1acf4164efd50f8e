import { fsxMetadataConfiguration } from '../../../../../scripts/plan-review/rules/fsx-metadata-configuration';
import { check, create, found, keep, lustre, replace, update } from '../plan-builder';

const address = 'aws_fsx_lustre_file_system.a';
const made = { ...lustre, file_system_type_version: '2.15' };
const own = (iops: number) => ({ metadata_configuration: [{ mode: 'USER_PROVISIONED', iops }] });

test.each([[[]], [null]])('finds one that is added in place to a file system made without (%j)', (before) => {
  expect(
    found(fsxMetadataConfiguration, [update(address, { ...made, metadata_configuration: before }, own(6000))]),
  ).toEqual([address]);
});

test('is silent on one that grows, of a new file system, and on other changes', () => {
  const changes = [
    update(address, { ...made, ...own(1500) }, own(6000)),
    create(address, { ...made, ...own(6000) }),
    replace(address, made, { changes: own(6000) }),
    update(address, made, { storage_capacity: 2400 }),
    keep(address, { ...made, ...own(6000) }),
  ];
  for (const change of changes) expect(found(fsxMetadataConfiguration, [change])).toEqual([]);
});

test.each([['USER_PROVISIONED'], ['AUTOMATIC']])(
  'finds one that changes together with the capacity (from %s)',
  (mode) => {
    const before = { ...made, metadata_configuration: [{ mode, iops: 1500 }] };
    const grown = { ...own(6000), storage_capacity: 2400 };
    expect(found(fsxMetadataConfiguration, [update(address, before, grown)])).toEqual([address]);
  },
);

test('leaves alone a capacity that grows while FSx follows with the metadata', () => {
  const before = { ...made, metadata_configuration: [{ mode: 'AUTOMATIC', iops: 1500 }] };
  expect(found(fsxMetadataConfiguration, [update(address, before, { storage_capacity: 2400 })])).toEqual([]);
});

test.each([
  [1500, 2400, 3000],
  [3000, 4800, 6000],
  [6000, 12_000, 12_000],
  [12_000, 48_000, 24_000],
])('finds %i provisioned IOPS that do not bear a growth to %i GiB', (iops, storage_capacity, least) => {
  const grown = (have: number) => [update(address, { ...made, ...own(have) }, { storage_capacity })];
  const [hit] = check(fsxMetadataConfiguration, grown(iops));
  expect(hit?.message).toBe(
    `the file system has ${iops} metadata IOPS, and ${storage_capacity} GiB take at least ${least}`,
  );
  expect(found(fsxMetadataConfiguration, grown(least))).toEqual([]);
});
