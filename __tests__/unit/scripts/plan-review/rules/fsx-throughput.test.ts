import { fsxThroughput } from '../../../../../scripts/plan-review/rules/fsx-throughput';
import { create, found, lustre } from '../plan-builder';

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
