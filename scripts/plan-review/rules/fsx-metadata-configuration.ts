import { lustreType } from '../data-stores';
import type { Rule } from '../rule';
import { listAt } from '../values';

const block = 'metadata_configuration';

/** FSx API reference, UpdateFileSystemLustreConfiguration (MetadataConfiguration). */
export const fsxMetadataConfiguration: Rule = {
  id: 'fsx-metadata-configuration',
  severity: 'blocked',
  title: 'FSx refuses a metadata configuration that the file system was made without',
  explanation:
    'It is changed in place only where the file system was created with one. Terraform plans it as any other change, and the apply fails.',
  check: (view) =>
    view
      .ofType(lustreType)
      .filter(({ action, before, after }) => {
        const isAdded = listAt(before, block).length === 0 && listAt(after, block).length > 0;
        return action === 'update' && isAdded;
      })
      .map((change) => ({
        address: change.address,
        message: `${view.name(change)} was created without a metadata configuration, and takes none any more`,
        fix: 'take it out of the configuration again (fileSystem.metadataIops in a migration.yaml): only a new file system has one',
      })),
};
