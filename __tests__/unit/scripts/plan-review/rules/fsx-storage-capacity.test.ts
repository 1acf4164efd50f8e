import { fsxStorageCapacity } from '../../../../../scripts/plan-review/rules/fsx-storage-capacity';
import { create, found, keep, lustre, update } from '../plan-builder';

test.each([
  [{ storage_capacity: 3600 }, true],
  [{ storage_capacity: 4800 }, false],
  [{ deployment_type: 'SCRATCH_1', storage_capacity: 3600 }, false],
  [
    { deployment_type: 'PERSISTENT_1', storage_type: 'HDD', per_unit_storage_throughput: 12, storage_capacity: 1800 },
    true,
  ],
])('%o is refused: %s', (settings, refused) => {
  expect(found(fsxStorageCapacity, [create('aws_fsx_lustre_file_system.a', { ...lustre, ...settings })])).toHaveLength(
    refused ? 1 : 0,
  );
});

test('finds a wrong step of growth, and leaves alone what is there', () => {
  expect(
    found(fsxStorageCapacity, [update('aws_fsx_lustre_file_system.a', lustre, { storage_capacity: 3000 })]),
  ).toHaveLength(1);
  expect(
    found(fsxStorageCapacity, [keep('aws_fsx_lustre_file_system.a', { ...lustre, storage_capacity: 3000 })]),
  ).toEqual([]);
});

test('finds growth that FSx knows no way for: of SCRATCH_1', () => {
  const scratch = { ...lustre, deployment_type: 'SCRATCH_1', per_unit_storage_throughput: undefined };
  expect(
    found(fsxStorageCapacity, [update('aws_fsx_lustre_file_system.a', scratch, { storage_capacity: 3600 })]),
  ).toHaveLength(1);
});
