/**
 * Values that follow from other fields, filled in once: what a Migration says is what every phase does.
 */
import { parseDataRepository } from './data-repository';
import { defaultLustreClient, throughputChoices } from './lustre';
import type { MigrationShape } from './schema/shape';

/**
 * Fills in the throughput (the deployment type's lowest; none for SCRATCH_*), the drive cache of HDD storage, the
 * host's Lustre client and ways in and out, the association that is pulled into (the first), and the settings of every
 * bucket that an association names.
 */
export function derive(shape: MigrationShape) {
  const { fileSystem, host, network, pull } = shape;
  const isPrivate = network.mode === 'create' && network.access === 'private';
  const driveCache = fileSystem.driveCache ?? (fileSystem.storageType === 'HDD' ? 'NONE' : undefined);
  const throughputMBpsPerTiB =
    fileSystem.throughputMBpsPerTiB ?? throughputChoices(fileSystem.deploymentType, fileSystem.storageType)[0];
  return {
    ...shape,
    fileSystem: {
      ...fileSystem,
      ...(throughputMBpsPerTiB !== undefined && { throughputMBpsPerTiB }),
      ...(driveCache !== undefined && { driveCache }),
    },
    buckets: bucketsOf(shape),
    host: {
      ...host,
      ssh: { ...host.ssh, publicKey: oneBlankApart(host.ssh.publicKey) },
      lustreClient: host.lustreClient ?? defaultLustreClient(host.os),
      elasticIp: host.elasticIp ?? !isPrivate,
      sessionManager: host.sessionManager ?? isPrivate,
    },
    pull: { ...pull, association: pull.association ?? fileSystem.associations[0]?.path ?? '/' },
  };
}

/** A public key as `ssh-keygen` prints it, whatever stands around and between its type, key and comment: EC2 is given it as it is. */
function oneBlankApart(publicKey: string): string {
  return publicKey.replace(/^\s*(\S+)\s+(\S+)\s*/, '$1 $2 ').trim();
}

function bucketsOf(shape: MigrationShape) {
  const named = shape.fileSystem.associations.flatMap((association) => {
    const repository = parseDataRepository(association.dataRepository);
    return repository === undefined ? [] : [repository.bucket];
  });
  return [...new Set(named)].map((name) => {
    const given = shape.buckets.find((bucket) => bucket.name === name) ?? { name, existing: false, versioning: false };
    return { ...given, region: given.region ?? shape.region };
  });
}
