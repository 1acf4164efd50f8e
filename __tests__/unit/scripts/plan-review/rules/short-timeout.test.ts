import { shortTimeout } from '../../../../../scripts/plan-review/rules/short-timeout';
import { association, create, found, lustre, update } from '../plan-builder';

const without = { ...association, timeouts: null };

test("finds the provider's ten minutes for an association, and shorter ones for a file system", () => {
  expect(
    found(shortTimeout, [
      create('aws_fsx_data_repository_association.a', without),
      create('aws_fsx_lustre_file_system.b', { ...lustre, timeouts: { create: '15m' } }),
    ]),
  ).toEqual(['aws_fsx_data_repository_association.a', 'aws_fsx_lustre_file_system.b']);
});

test('is silent where there is time enough, or nothing is created', () => {
  expect(
    found(shortTimeout, [
      create('aws_fsx_data_repository_association.a', association),
      create('aws_fsx_data_repository_association.b', { ...association, timeouts: { create: '1h30m' } }),
      create('aws_fsx_lustre_file_system.c', { ...lustre, timeouts: null }),
      update('aws_fsx_data_repository_association.d', without, { imported_file_chunk_size: 1 }),
    ]),
  ).toEqual([]);
});
