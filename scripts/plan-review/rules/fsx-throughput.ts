import { throughputChoices } from '../../../config/lustre';
import { writtenFileSystems } from '../lustre';
import type { Rule } from '../rule';
import { isUnknown } from '../values';

/** FSx API reference, CreateFileSystemLustreConfiguration (PerUnitStorageThroughput). */
export const fsxThroughput: Rule = {
  id: 'fsx-throughput',
  severity: 'blocked',
  title: 'FSx refuses the throughput',
  explanation:
    "Each deployment type has throughputs of its own, scratch types have none. Terraform takes any type's value for any type.",
  check: (view) =>
    writtenFileSystems(view).flatMap(({ change, deploymentType, storageType, throughputMBpsPerTiB }) => {
      if (deploymentType === undefined || storageType === undefined || storageType === 'INTELLIGENT_TIERING') return [];
      if (isUnknown(change, ['per_unit_storage_throughput'])) return [];
      const choices = throughputChoices(deploymentType, storageType);
      const isScratch = choices.length === 0;
      const given = throughputMBpsPerTiB ?? 0;
      if (isScratch ? given === 0 : choices.includes(given)) return [];
      return [
        {
          address: change.address,
          message: isScratch
            ? `throughput cannot be set for ${deploymentType}`
            : `${deploymentType} ${storageType} comes with ${choices.join(', ')} MB/s per TiB, not ${given === 0 ? 'none' : given}`,
          fix: isScratch ? 'remove per_unit_storage_throughput' : `set per_unit_storage_throughput to one of them`,
        },
      ];
    }),
};
