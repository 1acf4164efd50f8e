/**
 * The FSx for Lustre file system. Always encrypted at rest by FSx (PERSISTENT_* with a KMS key of the account's) and
 * in transit between supported instances. It has no backups: FSx allows none on a file system linked to S3.
 */
import { FsxLustreFileSystem } from '@cdktf/provider-aws/lib/fsx-lustre-file-system';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { Migration } from '../config/schema';

type FileSystemSettings = Migration['fileSystem'];

export interface FileSystemProps {
  readonly name: string;
  readonly settings: FileSystemSettings;
  readonly subnetId: string;
  readonly securityGroupId: string;
  /** What must be in place before FSx accepts the security group. */
  readonly securityGroupRules: readonly ITerraformDependable[];
  readonly logGroupArn: string;
  /** ARN; undefined for AWS's own key, and for SCRATCH_*, which has one of FSx's. */
  readonly kmsKeyArn: string | undefined;
}

export class FileSystem extends Construct {
  readonly fileSystemId: string;
  readonly dnsName: string;
  readonly mountName: string;
  readonly lustreVersion: string;

  constructor(scope: Construct, id: string, props: FileSystemProps) {
    super(scope, id);
    const { settings } = props;
    const fileSystem = new FsxLustreFileSystem(this, 'Default', {
      // Stated always: the API's default is SCRATCH_1.
      deploymentType: settings.deploymentType,
      storageType: settings.storageType,
      storageCapacity: settings.storageCapacityGiB,
      fileSystemTypeVersion: settings.lustreVersion,
      dataCompressionType: settings.dataCompression,
      subnetIds: [props.subnetId],
      securityGroupIds: [props.securityGroupId],
      dependsOn: [...props.securityGroupRules],
      logConfiguration: { destination: props.logGroupArn, level: settings.logLevel },
      skipFinalBackup: true,
      ...(settings.throughputMBpsPerTiB !== undefined && { perUnitStorageThroughput: settings.throughputMBpsPerTiB }),
      ...metadata(settings),
      ...(settings.efa && { efaEnabled: true }),
      ...(settings.driveCache !== undefined && { driveCacheType: settings.driveCache }),
      ...(settings.weeklyMaintenanceStart !== undefined && {
        weeklyMaintenanceStartTime: settings.weeklyMaintenanceStart,
      }),
      ...rootSquash(settings),
      ...(props.kmsKeyArn !== undefined && { kmsKeyId: props.kmsKeyArn }),
      tags: { Name: props.name },
      // Creation takes up to 15 minutes; an update of capacity or throughput an hour and more.
      timeouts: { create: '60m', update: '60m', delete: '60m' },
      lifecycle: { preventDestroy: settings.preventDestroy },
    });
    this.fileSystemId = fileSystem.id;
    this.dnsName = fileSystem.dnsName;
    this.mountName = fileSystem.mountName;
    this.lustreVersion = fileSystem.fileSystemTypeVersion;
  }
}

function metadata({ metadataIops }: FileSystemSettings) {
  if (metadataIops === undefined) return {};
  const metadataConfiguration =
    metadataIops === 'AUTOMATIC' ? { mode: 'AUTOMATIC' } : { mode: 'USER_PROVISIONED', iops: metadataIops };
  return { metadataConfiguration };
}

function rootSquash({ rootSquash: settings }: FileSystemSettings) {
  if (settings === undefined) return {};
  const { uidGid, noSquashNids } = settings;
  return { rootSquashConfiguration: { rootSquash: uidGid, ...(noSquashNids.length > 0 && { noSquashNids }) } };
}
