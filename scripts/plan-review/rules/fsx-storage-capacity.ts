import { capacitySteps, nearestCapacities } from '../../../config/lustre';
import { writtenFileSystems } from '../lustre';
import type { ResourceChange } from '../plan-json';
import type { Hit, Rule } from '../rule';
import { isUnknown, numberAt } from '../values';

/** FSx API reference, CreateFileSystem and UpdateFileSystem (StorageCapacity). */
export const fsxStorageCapacity: Rule = {
  id: 'fsx-storage-capacity',
  severity: 'blocked',
  title: 'FSx refuses the storage capacity',
  explanation:
    'A file system comes, and grows, in steps of its type; SCRATCH_1 does not grow. Terraform checks only that it is at least 1200 GiB.',
  check: (view) =>
    writtenFileSystems(view).flatMap(
      ({ change, deploymentType, storageType, storageCapacityGiB, throughputMBpsPerTiB }) => {
        if (deploymentType === undefined || storageType === undefined) return [];
        if (isUnknown(change, ['per_unit_storage_throughput'])) return [];
        const efa = change.after?.efa_enabled === true;
        const steps = capacitySteps({ deploymentType, storageType, throughputMBpsPerTiB, efa });
        if (steps === undefined || storageCapacityGiB === undefined) return [];
        if (numberAt(change.before, 'storage_capacity') === storageCapacityGiB && change.action === 'update') return [];
        if (deploymentType === 'SCRATCH_1' && change.action === 'update') return [fixedCapacity(change)];
        const choices = nearestCapacities(storageCapacityGiB, steps);
        if (choices.includes(storageCapacityGiB)) return [];
        return [
          {
            address: change.address,
            message: `${deploymentType} ${storageType} comes in ${steps.described} GiB, not ${storageCapacityGiB}`,
            fix: `use ${choices.join(' or ')}`,
          },
        ];
      },
    ),
};

function fixedCapacity({ address, before }: ResourceChange): Hit {
  const capacityGiB = numberAt(before, 'storage_capacity');
  return {
    address,
    message: `SCRATCH_1 cannot grow: it stays at ${capacityGiB} GiB`,
    fix: `set storage_capacity back to ${capacityGiB}: only a new file system has another`,
  };
}
