import { fileSystemDeleted } from '../../../../../scripts/plan-review/rules/file-system-deleted';
import { check, destroy, found, keep, lustre, replace } from '../plan-builder';

test('blocks the deletion: no plan knows whether everything is exported', () => {
  const [hit] = check(fileSystemDeleted, [destroy('aws_fsx_lustre_file_system.main', lustre)]);
  expect(hit?.address).toBe('aws_fsx_lustre_file_system.main');
  expect(hit?.chains).toEqual([
    ['the file system is no longer in the configuration', 'the file system is deleted: all data on it is lost'],
  ]);
});

test('finds other kinds of file system, and none that stays or is replaced', () => {
  expect(
    found(fileSystemDeleted, [
      destroy('aws_efs_file_system.home'),
      keep('aws_fsx_lustre_file_system.a', lustre),
      replace('aws_fsx_lustre_file_system.b', lustre),
    ]),
  ).toEqual(['aws_efs_file_system.home']);
});
