import { lustreType } from '../data-stores';
import type { ResourceChange } from '../plan-json';
import type { PlanView } from '../plan-view';
import type { Hit, Rule } from '../rule';
import { differs, listAt } from '../values';

const block = 'metadata_configuration';

/**
 * FSx API reference, UpdateFileSystemLustreConfiguration (MetadataConfiguration); FSx for Lustre user guide, "Considerations when
 * increasing metadata performance".
 */
export const fsxMetadataConfiguration: Rule = {
  id: 'fsx-metadata-configuration',
  severity: 'blocked',
  title: 'FSx refuses the change of a metadata configuration',
  explanation:
    'It is changed in place only where the file system was created with one, and not together with the storage capacity. Terraform plans it as any other change, and the apply fails.',
  check: (view) =>
    view
      .ofType(lustreType)
      .filter(({ action, after }) => action === 'update' && listAt(after, block).length > 0)
      .flatMap((change) => refusals(view, change)),
};

function refusals(view: PlanView, change: ResourceChange): readonly Hit[] {
  const { address, before } = change;
  if (listAt(before, block).length === 0)
    return [
      {
        address,
        message: `${view.name(change)} was created without a metadata configuration, and takes none any more`,
        fix: 'take it out of the configuration again (fileSystem.metadataIops in a migration.yaml): only a new file system has one',
      },
    ];
  if (!differs(change, [block]) || !differs(change, ['storage_capacity'])) return [];
  return [
    {
      address,
      message: `${view.name(change)} takes no change of its metadata configuration together with one of its storage capacity`,
      fix: 'make it two applies, one after the other: set one of the two back (in a migration.yaml fileSystem.metadataIops or fileSystem.storageCapacityGiB) until the other is done',
    },
  ];
}
