/**
 * Values that follow from other fields, filled in once: what a Migration says is what every phase does.
 */
import { parseDataRepository } from './data-repository';
import { defaultLustreClient, throughputChoices } from './lustre';
import type { MigrationShape } from './schema/shape';

/**
 * Fills in the throughput (the deployment type's lowest; none for SCRATCH_*), the host's Lustre client, the
 * association that is pulled into (the first), and the settings of every bucket that an association names.
 */
export function derive(shape: MigrationShape) {
  const { fileSystem, host, pull } = shape;
  const throughputMBpsPerTiB =
    fileSystem.throughputMBpsPerTiB ?? throughputChoices(fileSystem.deploymentType, fileSystem.storageType)[0];
  return {
    ...shape,
    fileSystem: { ...fileSystem, ...(throughputMBpsPerTiB !== undefined && { throughputMBpsPerTiB }) },
    buckets: bucketsOf(shape),
    host: { ...host, lustreClient: host.lustreClient ?? defaultLustreClient(host.os) },
    pull: { ...pull, association: pull.association ?? fileSystem.associations[0]?.path ?? '/' },
  };
}

function bucketsOf(shape: MigrationShape): MigrationShape['buckets'] {
  const named = shape.fileSystem.associations.flatMap((association) => {
    const repository = parseDataRepository(association.dataRepository);
    return repository === undefined ? [] : [repository.bucket];
  });
  return [...new Set(named)].map(
    (name) => shape.buckets.find((bucket) => bucket.name === name) ?? { name, existing: false, versioning: false },
  );
}
