import { fsxTooManyAssociations } from '../../../../../scripts/plan-review/rules/fsx-too-many-associations';
import { association, change, create, found, keep, lustre } from '../plan-builder';

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

test('counts those that only the state forgets', () => {
  const { address } = eight[0] ?? fileSystem;
  const forgotten = change(address, ['forget'], { before: association });
  const ninth = create('aws_fsx_data_repository_association.b', association);
  expect(found(fsxTooManyAssociations, [fileSystem, forgotten, ...eight.slice(1), ninth])).toEqual([
    'aws_fsx_lustre_file_system.main',
  ]);
});

test('those of a file system that is forgotten are not those of the one in its place', () => {
  const swap = (at: string, before: object, reference: string) =>
    change(at, ['create', 'forget'], {
      before: { ...before },
      after: { ...before, [reference]: undefined },
      after_unknown: { id: true, [reference]: true },
    });
  const links = eight
    .slice(0, 5)
    .map(({ address }) => swap(address, { ...association, file_system_id: 'fs-1' }, 'file_system_id'));
  const references = {
    'aws_fsx_data_repository_association.a': { file_system_id: ['aws_fsx_lustre_file_system.main.id'] },
  };
  expect(
    found(fsxTooManyAssociations, [swap('aws_fsx_lustre_file_system.main', lustre, 'arn'), ...links], { references }),
  ).toEqual([]);
});
