import { throughputChoices } from '../../../config/lustre';
import { type LustreSettings, writtenFileSystems } from '../lustre';
import type { Hit, Rule } from '../rule';
import { isUnknown, numberAt } from '../values';

const attribute = 'per_unit_storage_throughput';

/**
 * FSx API reference, CreateFileSystemLustreConfiguration (PerUnitStorageThroughput); user guide, "Managing provisioned throughput
 * capacity": of what is there, changed on persistent SSD only, and not with EFA.
 */
export const fsxThroughput: Rule = {
  id: 'fsx-throughput',
  severity: 'blocked',
  title: 'FSx refuses the throughput',
  explanation:
    "Each deployment type has throughputs of its own, scratch types have none. Terraform takes any type's value for any type, and plans a change of HDD or EFA file systems, whose throughput never changes.",
  check: (view) =>
    writtenFileSystems(view).flatMap((fileSystem) => {
      if (isUnknown(fileSystem.change, [attribute])) return [];
      return wrongValue(fileSystem) ?? changeOfFixed(fileSystem) ?? [];
    }),
};

function wrongValue(fileSystem: LustreSettings): Hit | undefined {
  const { change, deploymentType, storageType, throughputMBpsPerTiB } = fileSystem;
  if (deploymentType === undefined || storageType === undefined || storageType === 'INTELLIGENT_TIERING')
    return undefined;
  const choices = throughputChoices(deploymentType, storageType);
  const isScratch = choices.length === 0;
  const given = throughputMBpsPerTiB ?? 0;
  if (isScratch ? given === 0 : choices.includes(given)) return undefined;
  return {
    address: change.address,
    message: isScratch
      ? `throughput cannot be set for ${deploymentType}`
      : `${deploymentType} ${storageType} comes with ${choices.join(', ')} MB/s per TiB, not ${given === 0 ? 'none' : given}`,
    fix: isScratch ? `remove ${attribute}` : `set ${attribute} to one of them`,
  };
}

function changeOfFixed({ change, storageType, throughputMBpsPerTiB }: LustreSettings): Hit | undefined {
  const before = numberAt(change.before, attribute);
  if (change.action !== 'update' || before === throughputMBpsPerTiB) return undefined;
  const isEfa = change.before?.efa_enabled === true;
  if (storageType !== 'HDD' && !isEfa) return undefined;
  return {
    address: change.address,
    message: `the throughput of a file system with ${isEfa ? 'EFA' : 'HDD storage'} cannot be changed, from ${before} to ${throughputMBpsPerTiB} MB/s per TiB`,
    fix: `set ${attribute} back to ${before} (fileSystem.throughputMBpsPerTiB in a migration.yaml): only a new file system has another`,
  };
}
