import { fsxThroughput } from '../../../../../scripts/plan-review/rules/fsx-throughput';
import { create, found, lustre, update } from '../plan-builder';

test.each([
  [{ per_unit_storage_throughput: 100 }, true],
  [{ per_unit_storage_throughput: undefined }, true],
  [{ per_unit_storage_throughput: 1000 }, false],
  [{ deployment_type: 'PERSISTENT_1', per_unit_storage_throughput: 125 }, true],
  [{ deployment_type: 'SCRATCH_2', per_unit_storage_throughput: 200 }, true],
  [{ deployment_type: 'SCRATCH_2', per_unit_storage_throughput: null }, false],
])('%o is refused: %s', (settings, refused) => {
  expect(found(fsxThroughput, [create('aws_fsx_lustre_file_system.a', { ...lustre, ...settings })])).toHaveLength(
    refused ? 1 : 0,
  );
});

test.each(['per_unit_storage_throughput', 'deployment_type', 'storage_type'])(
  'says nothing where %s is known after apply only',
  (unknown) => {
    const settings = { ...lustre, per_unit_storage_throughput: 100, [unknown]: undefined };
    expect(found(fsxThroughput, [create('aws_fsx_lustre_file_system.a', settings, [unknown])])).toEqual([]);
  },
);

/** FSx changes it of persistent SSD storage only, and not with EFA. */
test.each([
  ['HDD', { deployment_type: 'PERSISTENT_1', storage_type: 'HDD', per_unit_storage_throughput: 12 }, 40, true],
  ['EFA', { efa_enabled: true }, 250, true],
  ['SSD, raised', {}, 250, false],
  ['SSD, lowered', { per_unit_storage_throughput: 1000 }, 125, false],
])('a change of what is there is refused for %s', (_, settings, throughput, refused) => {
  const changed = update(
    'aws_fsx_lustre_file_system.a',
    { ...lustre, ...settings },
    { per_unit_storage_throughput: throughput },
  );
  expect(found(fsxThroughput, [changed])).toHaveLength(refused ? 1 : 0);
  const other = update('aws_fsx_lustre_file_system.a', { ...lustre, ...settings }, { tags: { a: 'b' } });
  expect(found(fsxThroughput, [other])).toEqual([]);
});
