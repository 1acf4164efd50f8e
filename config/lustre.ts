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

export interface CapacitySteps {
  /** Sizes below the first step. */
  readonly first: readonly number[];
  readonly stepGiB: number;
  /** For a sentence: `1200, 2400, then multiples of 2400`. */
  readonly described: string;
}

/** What of a file system decides its sizes. */
export type Sizing = Pick<FileSystem, 'deploymentType' | 'storageType' | 'throughputMBpsPerTiB' | 'efa'>;

/** FSx for Lustre user guide, "Creating an FSx for Lustre file system": an EFA file system grows by whole file servers. */
const efaStepGiB: Readonly<Record<number, number>> = { 125: 38_400, 250: 19_200, 500: 9600, 1000: 4800 };

/** The sizes of a file system; undefined where the storage type does not go with the deployment type. */
export function capacitySteps(fileSystem: Sizing): CapacitySteps | undefined {
  // Not `...rest`: it reads every field, and one that could not be read throws.
  const { deploymentType, storageType, efa } = fileSystem;
  const throughputMBpsPerTiB = fileSystem.throughputMBpsPerTiB ?? throughputChoices(deploymentType, storageType)[0];
  const efaStep = efa && deploymentType === 'PERSISTENT_2' ? efaStepGiB[throughputMBpsPerTiB ?? 0] : undefined;
  if (efaStep !== undefined && storageType === 'SSD') {
    return {
      first: [],
      stepGiB: efaStep,
      described: `multiples of ${efaStep} (EFA at ${throughputMBpsPerTiB} MB/s/TiB)`,
    };
  }
  if (storageType === 'SSD') {
    const stepGiB = deploymentType === 'SCRATCH_1' ? 3600 : 2400;
    return { first: [1200, 2400], stepGiB, described: `1200, 2400, then multiples of ${stepGiB}` };
  }
  if (storageType !== 'HDD' || deploymentType !== 'PERSISTENT_1') return undefined;
  const stepGiB = throughputMBpsPerTiB === 40 ? 1800 : 6000;
  return { first: [], stepGiB, described: `multiples of ${stepGiB} (at ${stepGiB === 1800 ? 40 : 12} MB/s/TiB)` };
}

/** The size itself where it is one, else its neighbours, lower first. */
export function nearestCapacities(capacityGiB: number, { first, stepGiB }: CapacitySteps): readonly number[] {
  const below = Math.max(1, Math.floor(capacityGiB / stepGiB)) * stepGiB;
  const sizes = [...new Set([...first, below, below + stepGiB])].sort((a, b) => a - b);
  if (sizes.includes(capacityGiB)) return [capacityGiB];
  const above = sizes.findIndex((size) => size > capacityGiB);
  return sizes.slice(Math.max(0, above - 1), above + 1);
}

/** TCP, both ways: "File System Access Control with Amazon VPC" of the FSx for Lustre user guide. */
export const lustrePorts = [
  { id: 'lnet', fromPort: 988, toPort: 988 },
  { id: 'lnet_peers', fromPort: 1018, toPort: 1023 },
] as const;

export interface ClientFacts {
  readonly name: LustreClient;
  /** Lustre versions of the client itself: the kernel decides where there are several. */
  readonly versions: readonly LustreVersion[];
  /** Versions of a file system that it mounts, on one kernel or another. */
  readonly mounts: readonly LustreVersion[];
}

const newest: ClientFacts = { name: 'lustre-client', versions: ['2.15'], mounts: ['2.12', '2.15'] };
const middle: ClientFacts = { name: 'lustre-client', versions: ['2.12'], mounts: ['2.10', '2.12', '2.15'] };

/** The client packages of each system, the default first. */
export const clientsOf: Readonly<Record<HostOs, readonly [ClientFacts, ...ClientFacts[]]>> = {
  'amazon-linux-2': [
    { name: 'lustre2.10', versions: ['2.10'], mounts: ['2.10', '2.12'] },
    { ...middle, name: 'lustre' },
  ],
  'amazon-linux-2023': [newest],
  'ubuntu-22.04': [{ ...middle, versions: ['2.12', '2.15'] }],
  'ubuntu-24.04': [newest],
  'rhel-8': [middle],
  'rhel-9': [newest],
  'rocky-8': [middle],
  'rocky-9': [newest],
};

/** The client package of a host whose configuration names none. */
export function defaultLustreClient(os: HostOs): LustreClient {
  return clientsOf[os][0].name;
}

/** The user that images of a system log in as, by the name that their publisher gave it. */
export function loginOf(os: HostOs): 'ec2-user' | 'ubuntu' | 'rocky' {
  if (os.startsWith('ubuntu-')) return 'ubuntu';
  return os.startsWith('rocky-') ? 'rocky' : 'ec2-user';
}
