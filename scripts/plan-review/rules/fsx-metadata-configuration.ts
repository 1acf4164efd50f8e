import { lustreType } from '../data-stores';
import type { ResourceChange } from '../plan-json';
import type { PlanView } from '../plan-view';
import type { Hit, Rule } from '../rule';
import { differs, isUnknown, listAt, numberAt, stringAt } from '../values';

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
    'It is changed in place only where the file system was created with one, and not together with the storage capacity, which grows only where the IOPS are enough for it. Terraform plans it as any other change, and the apply fails.',
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
  if (!differs(change, ['storage_capacity'])) return [];
  if (!differs(change, [block])) return tooFewIops(view, change);
  return [
    {
      address,
      message: `${view.name(change)} takes no change of its metadata configuration together with one of its storage capacity`,
      fix: 'make it two applies, one after the other: set one of the two back (in a migration.yaml fileSystem.metadataIops or fileSystem.storageCapacityGiB) until the other is done',
    },
  ];
}

/** Provisioned IOPS do not grow with the capacity, and FSx takes no capacity that comes with more. */
function tooFewIops(view: PlanView, change: ResourceChange): readonly Hit[] {
  const { address, after } = change;
  const capacityGiB = numberAt(after, 'storage_capacity');
  const iops = numberAt(after, block, 0, 'iops');
  if (stringAt(after, block, 0, 'mode') !== 'USER_PROVISIONED' || isUnknown(change, [block, 0, 'iops'])) return [];
  if (capacityGiB === undefined || iops === undefined || iops >= leastIops(capacityGiB)) return [];
  const least = leastIops(capacityGiB);
  return [
    {
      address,
      message: `${view.name(change)} has ${iops} metadata IOPS, and ${capacityGiB} GiB take at least ${least}`,
      fix: `make it two applies: first ${least} metadata IOPS (fileSystem.metadataIops in a migration.yaml) with the capacity as it was, then the capacity`,
    },
  ];
}

/** FSx for Lustre user guide, "File system metadata performance": what AUTOMATIC provisions, the least of USER_PROVISIONED too. */
function leastIops(capacityGiB: number): number {
  if (capacityGiB < 2400) return 1500;
  if (capacityGiB < 4800) return 3000;
  if (capacityGiB < 12_000) return 6000;
  return 12_000 * Math.max(1, Math.floor(capacityGiB / 24_000));
}
