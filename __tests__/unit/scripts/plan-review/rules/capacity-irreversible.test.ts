import { capacityIrreversible } from '../../../../../scripts/plan-review/rules/capacity-irreversible';
import { check, found, lustre, update } from '../plan-builder';

test('says that growth is for good', () => {
  const [hit] = check(capacityIrreversible, [
    update('aws_fsx_lustre_file_system.main', lustre, { storage_capacity: 2400 }),
  ]);
  expect(hit?.message).toBe('the file system grows from 1200 to 2400 GiB for good');
});

test('is silent on other changes', () => {
  expect(
    found(capacityIrreversible, [
      update('aws_fsx_lustre_file_system.main', lustre, { per_unit_storage_throughput: 250 }),
    ]),
  ).toEqual([]);
});
