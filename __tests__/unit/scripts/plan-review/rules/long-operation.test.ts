import { longOperation } from '../../../../../scripts/plan-review/rules/long-operation';
import { association, check, create, destroy, keep, lustre, update } from '../plan-builder';

test.each([
  [create('aws_fsx_lustre_file_system.a', lustre), 'creating the file system: 10-15 min'],
  [destroy('aws_fsx_data_repository_association.a', association), 'deleting the association: 8-10 min'],
  [
    update('aws_fsx_lustre_file_system.a', lustre, { storage_capacity: 2400 }),
    expect.stringMatching(/growing .*: 1-12 h$/),
  ],
  [
    update('aws_fsx_lustre_file_system.a', lustre, { per_unit_storage_throughput: 250 }),
    expect.stringMatching(/unavailable.* six hours later.*: 15-60 min$/),
  ],
  [
    update('aws_fsx_lustre_file_system.a', lustre, { storage_capacity: 2400, per_unit_storage_throughput: 250 }),
    expect.stringMatching(/unavailable.*; growing .*: 1-12 h$/),
  ],
])('says how long %o takes', (change, message) => {
  expect(check(longOperation, [change]).map((hit) => hit.message)).toEqual([message]);
});

test('is silent on quick steps', () => {
  const tagged = update('aws_fsx_lustre_file_system.a', lustre, { tags: { a: 'b' } });
  expect(check(longOperation, [tagged, keep('aws_fsx_lustre_file_system.b', lustre), create('aws_vpc.c', {})])).toEqual(
    [],
  );
});
