import { fsxLustreVersion } from '../../../../../scripts/plan-review/rules/fsx-lustre-version';
import { create, found, lustre } from '../plan-builder';

const metadata = { metadata_configuration: [{ mode: 'AUTOMATIC' }] };

test.each([
  [{ file_system_type_version: '2.10' }, true],
  [{ deployment_type: 'SCRATCH_2', file_system_type_version: '2.10' }, false],
  [{ file_system_type_version: '2.12', ...metadata }, true],
  [{ file_system_type_version: '2.15', ...metadata }, false],
  [{ deployment_type: 'PERSISTENT_1', file_system_type_version: '2.15', ...metadata }, true],
])('%o is refused: %s', (settings, refused) => {
  expect(found(fsxLustreVersion, [create('aws_fsx_lustre_file_system.a', { ...lustre, ...settings })])).toHaveLength(
    refused ? 1 : 0,
  );
});
