import { associationDeleted } from '../../../../../scripts/plan-review/rules/association-deleted';
import { association, check, destroy, found, keep, lustre } from '../plan-builder';

const deleted = destroy('aws_fsx_data_repository_association.a', association);

test('blocks where the file system stays', () => {
  expect(found(associationDeleted, [keep('aws_fsx_lustre_file_system.main', lustre), deleted])).toEqual([
    deleted.address,
  ]);
});

test('tells of the path, and of the host that may write to it still', () => {
  const [finding] = check(associationDeleted, [keep('aws_fsx_lustre_file_system.main', lustre), deleted]);
  expect(finding?.message).toContain(`written to ${association.file_system_path} later`);
  expect(finding?.fix).toContain('npx sluice provision');
});

test('leaves it to the rule on the file system where that is deleted too', () => {
  expect(found(associationDeleted, [destroy('aws_fsx_lustre_file_system.main', lustre), deleted])).toEqual([]);
});
