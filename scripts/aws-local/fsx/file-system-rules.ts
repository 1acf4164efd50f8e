/**
 * What FSx refuses of a file system, minutes into an apply, where a Terraform plan says nothing. Written from the API
 * reference (CreateFileSystem, CreateFileSystemLustreConfiguration, UpdateFileSystem) and on purpose without the
 * tables of config/: two readings of the same pages check each other.
 */
import { demand } from './fault';
import type { CreateFileSystem } from './shapes';

/** What decides which capacities and throughputs are possible. */
export interface Kind {
  readonly deploymentType: CreateFileSystem['LustreConfiguration']['DeploymentType'];
  readonly storageType: CreateFileSystem['StorageType'];
  readonly efa: boolean;
}

const throughputs: Readonly<Record<string, readonly (number | undefined)[]>> = {
  'PERSISTENT_1 SSD': [50, 100, 200],
  'PERSISTENT_1 HDD': [12, 40],
  'PERSISTENT_2 SSD': [125, 250, 500, 1000],
};

export function kindOf(request: CreateFileSystem): Kind {
  const { DeploymentType, EfaEnabled } = request.LustreConfiguration;
  return { deploymentType: DeploymentType, storageType: request.StorageType, efa: EfaEnabled === true };
}

/** @throws FsxFault BadRequest for the first rule that is broken. */
export function checkCreation(request: CreateFileSystem): void {
  const kind = kindOf(request);
  const { LustreConfiguration: lustre } = request;
  demand(request.SubnetIds.length === 1, 'Exactly one subnet ID is required for Lustre file systems.');
  checkStorageType(kind);
  checkEfa(kind, lustre);
  checkDriveCache(kind, lustre.DriveCacheType);
  if (kind.storageType === 'INTELLIGENT_TIERING') {
    checkTiering(request);
  } else {
    checkThroughput(kind, lustre.PerUnitStorageThroughput);
    checkCapacity(kind, request.StorageCapacity ?? 0, lustre.PerUnitStorageThroughput);
  }
  checkVersion(request);
  checkMetadata(request);
  const persistent = kind.deploymentType.startsWith('PERSISTENT');
  demand(persistent || request.KmsKeyId === undefined, 'KmsKeyId is not supported for SCRATCH deployment types.');
  demand(
    persistent || (lustre.AutomaticBackupRetentionDays ?? 0) === 0,
    'Backups are not supported on scratch file systems.',
  );
  const destination = lustre.LogConfiguration?.Destination;
  demand(
    destination === undefined ||
      /:log-group:\/aws\/fsx/.test(destination) ||
      /:deliverystream\/aws-fsx/.test(destination),
    'The name of the Amazon CloudWatch Logs log group must begin with the /aws/fsx prefix.',
  );
}

function checkStorageType({ deploymentType, storageType }: Kind): void {
  if (storageType === 'HDD')
    demand(deploymentType === 'PERSISTENT_1', 'HDD storage is supported on PERSISTENT_1 file systems only.');
  if (storageType === 'INTELLIGENT_TIERING')
    demand(deploymentType === 'PERSISTENT_2', 'Intelligent-Tiering is supported on PERSISTENT_2 file systems only.');
}

function checkEfa(
  { efa, deploymentType }: Kind,
  { MetadataConfiguration }: CreateFileSystem['LustreConfiguration'],
): void {
  demand(
    !efa || (deploymentType === 'PERSISTENT_2' && MetadataConfiguration !== undefined),
    'EFA is only supported for PERSISTENT_2 filesystems with metadata configuration.',
  );
}

function checkDriveCache({ storageType }: Kind, driveCache: string | undefined): void {
  const given = driveCache !== undefined;
  demand(storageType !== 'HDD' || given, 'DriveCacheType is required when StorageType is HDD.');
  demand(storageType === 'HDD' || !given, `DriveCacheType is not supported with ${storageType} storage.`);
}

function checkTiering({ StorageCapacity, LustreConfiguration }: CreateFileSystem): void {
  demand(StorageCapacity === undefined, 'StorageCapacity is not supported with Intelligent-Tiering storage.');
  const capacity = LustreConfiguration.ThroughputCapacity ?? 0;
  demand(capacity > 0 && capacity % 4000 === 0, 'ThroughputCapacity must be a multiple of 4000 MBps.');
}

/** @throws FsxFault BadRequest where the throughput is not one of the deployment type's. */
export function checkThroughput({ deploymentType, storageType }: Kind, throughput: number | undefined): void {
  const choices = throughputs[`${deploymentType} ${storageType}`] ?? [undefined];
  demand(
    choices.includes(throughput),
    `Invalid PerUnitStorageThroughput ${throughput} for ${deploymentType} ${storageType}. Valid values: ${choices.join(', ')}.`,
  );
}

/** @throws FsxFault BadRequest where the capacity (GiB) is not on one of the type's steps. */
export function checkCapacity(kind: Kind, capacity: number, throughput: number | undefined): void {
  demand(capacity > 0 && isOnStep(kind, capacity, throughput), `Invalid StorageCapacity: ${capacity} GiB.`);
}

function isOnStep(
  { deploymentType, storageType, efa }: Kind,
  capacity: number,
  throughput: number | undefined,
): boolean {
  if (storageType === 'HDD') return capacity % (throughput === 12 ? 6000 : 1800) === 0;
  if (efa) return capacity % (4_800_000 / (throughput ?? 125)) === 0;
  if (capacity === 1200 || capacity === 2400) return true;
  return capacity % (deploymentType === 'SCRATCH_1' ? 3600 : 2400) === 0;
}

/** The version a file system gets: the asked one, or the deployment type's default. */
export function versionOf({ FileSystemTypeVersion, LustreConfiguration: lustre }: CreateFileSystem): string {
  if (FileSystemTypeVersion !== undefined) return FileSystemTypeVersion;
  if (lustre.DeploymentType !== 'PERSISTENT_2') return '2.10';
  return lustre.MetadataConfiguration === undefined ? '2.12' : '2.15';
}

function checkVersion(request: CreateFileSystem): void {
  const { DeploymentType, MetadataConfiguration } = request.LustreConfiguration;
  const version = versionOf(request);
  demand(
    version !== '2.10' || DeploymentType !== 'PERSISTENT_2',
    'FileSystemTypeVersion 2.10 is not supported for PERSISTENT_2.',
  );
  demand(
    MetadataConfiguration === undefined || version === '2.15',
    `MetadataConfiguration is not supported with FileSystemTypeVersion ${version}.`,
  );
}

function checkMetadata({ LustreConfiguration: lustre }: Pick<CreateFileSystem, 'LustreConfiguration'>): void {
  const metadata = lustre.MetadataConfiguration;
  if (metadata === undefined) return;
  demand(lustre.DeploymentType === 'PERSISTENT_2', 'MetadataConfiguration is supported for PERSISTENT_2 only.');
  const { Mode, Iops } = metadata;
  demand(
    Mode === 'AUTOMATIC' ? Iops === undefined : isIopsStep(Iops ?? 0),
    `Invalid metadata Iops for ${Mode}: ${Iops}.`,
  );
}

/** @throws FsxFault where metadata performance would be lowered, or is not there to be changed. */
export function checkMetadataUpdate(
  { LustreConfiguration: lustre }: CreateFileSystem,
  asked: CreateFileSystem['LustreConfiguration']['MetadataConfiguration'],
): void {
  if (asked === undefined) return;
  const current = lustre.MetadataConfiguration;
  demand(current !== undefined, 'MetadataConfiguration of a file system created without one cannot be changed.');
  checkMetadata({ LustreConfiguration: { ...lustre, MetadataConfiguration: asked } });
  demand(
    (asked.Iops ?? Number.POSITIVE_INFINITY) >= (current.Iops ?? 0),
    `Metadata Iops ${asked.Iops} must not be less than the current ${current.Iops}.`,
  );
}

function isIopsStep(iops: number): boolean {
  return [1500, 3000, 6000].includes(iops) || (iops > 0 && iops % 12_000 === 0 && iops <= 192_000);
}
