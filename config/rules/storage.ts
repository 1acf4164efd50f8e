/**
 * Deployment type, storage type, capacity, throughput and metadata IOPS against each other. A terraform plan checks only
 * that capacity is at least 1200 and that throughput is any of all types' values. Source: FSx API reference,
 * CreateFileSystem (StorageCapacity, StorageType) and CreateFileSystemLustreConfiguration.
 */
import { capacitySteps, nearestCapacities, throughputChoices } from '../lustre';
import { oneOf } from '../nearest';
import type { MigrationShape } from '../schema/shape';
import { field, type Rule } from './rule';

type FileSystem = MigrationShape['fileSystem'];

const deploymentType = field('deployment-type', 'fileSystem.deploymentType', (value) =>
  value === 'SCRATCH_1'
    ? {
        message: 'SCRATCH_1 cannot hold data repository associations',
        fix: 'use PERSISTENT_2, or SCRATCH_2 for data that may be lost',
      }
    : undefined,
);

const storageType = field('storage-type', 'fileSystem.storageType', (value, { fileSystem }) => {
  if (value === 'INTELLIGENT_TIERING') {
    return { message: 'INTELLIGENT_TIERING cannot be linked to S3', fix: 'use SSD' };
  }
  if (value === 'HDD' && fileSystem.deploymentType !== 'PERSISTENT_1') {
    return {
      message: `HDD is for PERSISTENT_1 only, not ${fileSystem.deploymentType}`,
      fix: 'use SSD, or PERSISTENT_1',
    };
  }
  return undefined;
});

const capacity = field('storage-capacity', 'fileSystem.storageCapacityGiB', (value, { fileSystem }) => {
  const steps = capacitySteps(fileSystem);
  // Of HDD the throughput decides the sizes: one that is none is told by its own rule.
  if (steps === undefined || (fileSystem.storageType === 'HDD' && !hasThroughput(fileSystem))) return undefined;
  // So few are of TiB, as the console has it: 1.2, 2.4.
  const choices = nearestCapacities(value < 100 ? value * 1000 : value, steps);
  if (choices.includes(value)) return undefined;
  return {
    message: `${labelOf(fileSystem)} comes in ${steps.described} GiB, not ${value}`,
    fix: `use ${oneOf(choices)}`,
  };
});

function hasThroughput({
  deploymentType: type,
  storageType: storage,
  throughputMBpsPerTiB: given,
}: FileSystem): boolean {
  return given === undefined || throughputChoices(type, storage).includes(given);
}

const quotaGiB = 100_800;

/** FSx for Lustre user guide, "Quotas": a service quota that can be raised, hence a warning. */
const quota = field('storage-quota', 'fileSystem.storageCapacityGiB', (value) =>
  value > quotaGiB
    ? {
        severity: 'warning',
        message: `${value} GiB is over the default quota of ${quotaGiB} GiB per account and region`,
        fix: 'ask for a higher quota in the Service Quotas console first',
      }
    : undefined,
);

const throughput = field('throughput', 'fileSystem.throughputMBpsPerTiB', (value, { fileSystem }) => {
  if (fileSystem.deploymentType.startsWith('SCRATCH_')) {
    return { message: `throughput cannot be set for ${fileSystem.deploymentType}`, fix: 'remove the key' };
  }
  const choices = throughputChoices(fileSystem.deploymentType, fileSystem.storageType);
  if (choices.length === 0 || choices.includes(value)) return undefined;
  return {
    message: `${labelOf(fileSystem)} comes with ${oneOf(choices)} MB/s per TiB, not ${value}`,
    fix: `use ${nearestOf(value, choices)}`,
  };
});

const lowMetadataIops = [1500, 3000, 6000];
const metadataIopsStep = 12_000;
const mostMetadataIops = 192_000;

const metadataIops = field('metadata-iops', 'fileSystem.metadataIops', (value, { fileSystem }) => {
  if (fileSystem.deploymentType !== 'PERSISTENT_2') {
    const message = `a metadata configuration is for PERSISTENT_2 only, not ${fileSystem.deploymentType}`;
    return { message, fix: 'remove the key' };
  }
  if (value === 'AUTOMATIC') return undefined;
  const steps = Array.from(
    { length: mostMetadataIops / metadataIopsStep },
    (_, index) => (index + 1) * metadataIopsStep,
  );
  const choices = [...lowMetadataIops, ...steps];
  if (choices.includes(value)) return undefined;
  return {
    message: `metadata IOPS are 1500, 3000, 6000, 12000 and multiples of 12000 up to 192000, not ${value}`,
    fix: `use ${nearestOf(value, choices)} or AUTOMATIC`,
  };
});

function labelOf({ deploymentType: type, storageType: storage }: FileSystem): string {
  return `${type} ${storage}`;
}

function nearestOf(value: number, choices: readonly number[]): number | undefined {
  return [...choices].sort((a, b) => Math.abs(a - value) - Math.abs(b - value))[0];
}

/** CreateFileSystemLustreConfiguration, EfaEnabled: PERSISTENT_2 with a metadata configuration. */
const efa = field('efa', 'fileSystem.efa', (value, { fileSystem }) => {
  if (!value) return undefined;
  if (fileSystem.deploymentType !== 'PERSISTENT_2') {
    return { message: `EFA is for PERSISTENT_2 only, not ${fileSystem.deploymentType}`, fix: 'remove the key' };
  }
  if (fileSystem.metadataIops !== undefined) return undefined;
  return {
    message: 'EFA needs a metadata configuration',
    fix: 'add metadataIops: AUTOMATIC and lustreVersion: "2.15", or remove the key',
  };
});

const driveCache = field('drive-cache', 'fileSystem.driveCache', (value, { fileSystem }) =>
  fileSystem.storageType === 'HDD'
    ? undefined
    : {
        message: `a drive cache (${value}) is for HDD storage only, not ${fileSystem.storageType}`,
        fix: 'remove the key',
      },
);

export const storageRules: readonly Rule[] = [
  deploymentType,
  storageType,
  capacity,
  quota,
  throughput,
  metadataIops,
  efa,
  driveCache,
];
