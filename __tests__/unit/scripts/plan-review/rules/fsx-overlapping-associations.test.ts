import { fsxOverlappingAssociations } from '../../../../../scripts/plan-review/rules/fsx-overlapping-associations';
import { association, create, found, keep } from '../plan-builder';

const other = (path: string, repository: string) =>
  create('aws_fsx_data_repository_association.b', {
    ...association,
    file_system_path: path,
    data_repository_path: repository,
  });
const one = keep('aws_fsx_data_repository_association.a', association);

test.each([
  ['/nasdaq/2024', 's3://market/other', 1],
  ['/other', 's3://market/nasdaq/x', 1],
  ['/', 's3://other', 1],
  ['/nasdaq', 's3://market', 2],
  ['/nasdaq-2', 's3://market/nasdaq-2', 0],
  ['/nyse', 's3://nasdaq', 0],
])('%s with %s: %i overlaps', (path, repository, count) => {
  expect(found(fsxOverlappingAssociations, [one, other(path, repository)])).toHaveLength(count);
});

test('leaves alone associations of another file system', () => {
  const elsewhere = create('aws_fsx_data_repository_association.b', { ...association, file_system_id: 'fs-2' });
  expect(found(fsxOverlappingAssociations, [one, elsewhere])).toEqual([]);
});
