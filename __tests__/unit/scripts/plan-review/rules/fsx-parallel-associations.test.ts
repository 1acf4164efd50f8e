import { fsxParallelAssociations } from '../../../../../scripts/plan-review/rules/fsx-parallel-associations';
import { association, check, create, destroy, found } from '../plan-builder';

const [a, b, c] = ['a', 'b', 'c'].map((name) => create(`aws_fsx_data_repository_association.${name}`, association));
const chain = {
  'aws_fsx_data_repository_association.b': ['aws_fsx_data_repository_association.a'],
  'aws_fsx_data_repository_association.c': ['aws_fsx_data_repository_association.b'],
};

test('finds associations that nothing orders', () => {
  expect(found(fsxParallelAssociations, [a!, b!, c!])).toEqual(['fs-1']);
  expect(found(fsxParallelAssociations, [a!, b!, c!], { dependsOn: chain })).toEqual([]);
});

test('instances of one resource are never ordered', () => {
  const instances = ['x', 'y'].map((key) => create(`aws_fsx_data_repository_association.all["${key}"]`, association));
  expect(found(fsxParallelAssociations, instances)).toEqual(['fs-1']);
});

test('deletions are ordered by what the state says', () => {
  const gone = ['a', 'b'].map((name) => destroy(`aws_fsx_data_repository_association.${name}`, association));
  const resources = [
    { address: 'aws_fsx_data_repository_association.a' },
    { address: 'aws_fsx_data_repository_association.b', depends_on: ['aws_fsx_data_repository_association.a'] },
  ];
  const document = { prior_state: { values: { root_module: { resources } } }, configuration: { root_module: {} } };
  expect(found(fsxParallelAssociations, gone)).toEqual(['fs-1']);
  expect(found(fsxParallelAssociations, gone, { document })).toEqual([]);
});

test('what is deleted beside what is created, as one that is renamed, takes two applies; no chain leads there', () => {
  const gone = destroy('aws_fsx_data_repository_association.old', association);
  for (const changes of [
    [gone, a!],
    [a!, gone],
  ])
    expect(check(fsxParallelAssociations, changes)).toEqual([
      expect.objectContaining({
        fix: expect.stringMatching(/two applies: .*'-target=aws_fsx_data_repository_association.old'/),
      }),
    ]);
  expect(check(fsxParallelAssociations, [a!, b!])[0]?.fix).toMatch(/^chain them/);
});
