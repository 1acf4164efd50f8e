import { associationDeletesData } from '../../../../../scripts/plan-review/rules/association-deletes-data';
import { association, destroy, found, replace, update } from '../plan-builder';

const hungry = { ...association, delete_data_in_filesystem: true };

test('blocks deletion and replacement with delete_data_in_filesystem', () => {
  expect(
    found(associationDeletesData, [
      destroy('aws_fsx_data_repository_association.a', hungry),
      replace('aws_fsx_data_repository_association.b', hungry, { changes: { file_system_path: '/b' } }),
      destroy('aws_fsx_data_repository_association.c', association),
      update('aws_fsx_data_repository_association.d', hungry, { imported_file_chunk_size: 1 }),
    ]),
  ).toEqual(['aws_fsx_data_repository_association.a', 'aws_fsx_data_repository_association.b']);
});
