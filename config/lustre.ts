/**
 * What FSx for Lustre comes in, as tables: storage types, capacities, throughput and versions by deployment type, and
 * the clients that mount them. Sources: the FSx API reference (CreateFileSystem, CreateFileSystemLustreConfiguration)
 * and the FSx for Lustre user guide ("Installing the Lustre client", "Deployment and storage class options").
 */
import type { MigrationShape } from './schema/shape';

type FileSystem = MigrationShape['fileSystem'];
export type DeploymentType = FileSystem['deploymentType'];
export type StorageType = FileSystem['storageType'];
export type LustreVersion = FileSystem['lustreVersion'];
export type HostOs = MigrationShape['host']['os'];
export type LustreClient = NonNullable<MigrationShape['host']['lustreClient']>;

/** MB/s per TiB that a file system can be given, lowest (the default) first; none where it cannot be set. */
export function throughputChoices(deploymentType: DeploymentType, storageType: StorageType): readonly number[] {
  if (deploymentType === 'PERSISTENT_2') return storageType === 'SSD' ? [125, 250, 500, 1000] : [];
  if (deploymentType === 'PERSISTENT_1') return storageType === 'HDD' ? [12, 40] : [50, 100, 200];
  return [];
}

export interface ClientFacts {
  /** Lustre version of the client itself. */
  readonly version: LustreVersion;
  /** Versions of a file system that it mounts. */
  readonly mounts: readonly LustreVersion[];
  readonly os: HostOs;
}

export const lustreClients: Readonly<Record<LustreClient, ClientFacts>> = {
  'lustre2.10': { version: '2.10', mounts: ['2.10', '2.12'], os: 'amazon-linux-2' },
  lustre: { version: '2.12', mounts: ['2.10', '2.12', '2.15'], os: 'amazon-linux-2' },
  'lustre-client': { version: '2.15', mounts: ['2.12', '2.15'], os: 'amazon-linux-2023' },
};

/** The client package of a host whose configuration names none. */
export function defaultLustreClient(os: HostOs): LustreClient {
  return os === 'amazon-linux-2' ? 'lustre2.10' : 'lustre-client';
}
