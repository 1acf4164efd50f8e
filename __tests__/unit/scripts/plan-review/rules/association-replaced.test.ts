import { associationReplaced } from '../../../../../scripts/plan-review/rules/association-replaced';
import { association, check, destroy, found, keep, lustre, replace } from '../plan-builder';

const moved = replace('aws_fsx_data_repository_association.a', association, { changes: { file_system_path: '/nyse' } });

test('blocks where the file system stays', () => {
  const [hit] = check(associationReplaced, [keep('aws_fsx_lustre_file_system.main', lustre), moved]);
  expect(hit?.chains?.[0]).toEqual([
    `the association's file_system_path changes ("/nasdaq" -> "/nyse")`,
    'the association is replaced: what waits for export is never exported',
  ]);
});

test('with another data repository, says that what is exported already stays behind', () => {
  const elsewhere = replace('aws_fsx_data_repository_association.a', association, {
    changes: { data_repository_path: 's3://other/nasdaq' },
  });
  const fileSystem = keep('aws_fsx_lustre_file_system.main', lustre);
  const [hit] = check(associationReplaced, [fileSystem, elsewhere]);
  expect(hit?.message).toContain(
    `what was exported to ${association.data_repository_path} is not moved: s3://other/nasdaq gets`,
  );
  expect(check(associationReplaced, [fileSystem, moved])[0]?.message).not.toContain('is not moved');
});

test('leaves it to the rule on the file system where that is lost too', () => {
  expect(found(associationReplaced, [destroy('aws_fsx_lustre_file_system.main', lustre), moved])).toEqual([]);
});

test('of one that an interrupted apply left tainted, says how it is kept', () => {
  const tainted = replace('aws_fsx_data_repository_association.a', association, { reason: 'replace_because_tainted' });
  const [hit] = check(associationReplaced, [keep('aws_fsx_lustre_file_system.main', lustre), tainted]);
  expect(hit?.fix).toContain('terraform untaint aws_fsx_data_repository_association.a ');
});
