import { associationGone } from '../../../../../scripts/plan-review/rules/association-gone';
import { association, check, create, destroy, keep, lustre, update } from '../plan-builder';

const address = 'aws_fsx_data_repository_association.a';
const gone = destroy(address, association);

test.each([
  ['made anew', [create(address, association)]],
  ['left out as well', []],
])('an association that was not found is told with its path, and how what is missing gets to S3 (%s)', (_, changes) => {
  const kept = [keep('aws_fsx_lustre_file_system.f', lustre), ...changes];
  expect(check(associationGone, kept, { document: { resource_drift: [gone] } })).toMatchObject([
    {
      address,
      message: expect.stringMatching(/ dra-1 is gone.* \/nasdaq .*stays on the file system alone/),
      fix: expect.stringMatching(/npx sluice verify .*--nudge/),
    },
  ]);
});

test('one that is gone with its file system is not, nor one that was found changed', () => {
  const withAll = [destroy('aws_fsx_lustre_file_system.f', lustre), gone];
  expect(check(associationGone, [], { document: { resource_drift: withAll } })).toEqual([]);
  const changed = [update(address, association, { tags: { a: 'b' } })];
  expect(check(associationGone, [], { document: { resource_drift: changed } })).toEqual([]);
});
