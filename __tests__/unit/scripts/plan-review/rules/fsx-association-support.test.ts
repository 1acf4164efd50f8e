import { fsxAssociationSupport } from '../../../../../scripts/plan-review/rules/fsx-association-support';
import { association, create, found, lustre } from '../plan-builder';

const linked = create('aws_fsx_data_repository_association.a', association);

test.each([
  [{ storage_type: 'INTELLIGENT_TIERING' }, true],
  [{ deployment_type: 'SCRATCH_1' }, true],
  [{ deployment_type: 'SCRATCH_2', file_system_type_version: '2.10' }, true],
  [{ import_path: 's3://a' }, true],
  [{}, false],
])('%o beside an association is refused: %s', (settings, refused) => {
  const fileSystem = create('aws_fsx_lustre_file_system.main', { ...lustre, ...settings });
  expect(found(fsxAssociationSupport, [fileSystem, linked])).toHaveLength(refused ? 1 : 0);
  expect(found(fsxAssociationSupport, [fileSystem])).toEqual([]);
});

test('a type that is known after apply only is not taken for SCRATCH_1', () => {
  const settings = { ...lustre, deployment_type: undefined };
  const support = (unknown: readonly string[]) =>
    found(fsxAssociationSupport, [create('aws_fsx_lustre_file_system.f', settings, unknown), linked]);
  expect(support(['deployment_type'])).toEqual([]);
  expect(support([])).toEqual(['aws_fsx_lustre_file_system.f']);
});
