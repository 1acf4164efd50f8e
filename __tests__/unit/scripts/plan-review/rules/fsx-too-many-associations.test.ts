import { fsxTooManyAssociations } from '../../../../../scripts/plan-review/rules/fsx-too-many-associations';
import { association, create, found, keep, lustre } from '../plan-builder';

const eight = Array.from({ length: 8 }, (_, index) =>
  keep(`aws_fsx_data_repository_association.a[${index}]`, association),
);
const fileSystem = keep('aws_fsx_lustre_file_system.main', lustre);

test('finds the ninth', () => {
  expect(found(fsxTooManyAssociations, [fileSystem, ...eight])).toEqual([]);
  expect(
    found(fsxTooManyAssociations, [fileSystem, ...eight, create('aws_fsx_data_repository_association.b', association)]),
  ).toEqual(['aws_fsx_lustre_file_system.main']);
});
