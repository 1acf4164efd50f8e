/**
 * Requests of the FSx API (version 2018-03-01), as far as FSx for Lustre linked to S3 goes. Strict: a member that the
 * emulator does not know is refused rather than ignored, so that nobody is told that it works.
 */
import { z } from 'zod';

const tag = z.object({ Key: z.string(), Value: z.string() });
const tags = z.array(tag).max(50).default([]);
const token = z.string().max(63).optional();
const weeklyTime = z.string().regex(/^[1-7]:([01]\d|2[0-3]):?([0-5]\d)$/);

const logConfiguration = z.strictObject({
  Level: z.enum(['DISABLED', 'WARN_ONLY', 'ERROR_ONLY', 'WARN_ERROR']),
  Destination: z.string().optional(),
});
const metadataConfiguration = z.strictObject({
  Mode: z.enum(['AUTOMATIC', 'USER_PROVISIONED']),
  Iops: z.int().optional(),
});
const rootSquashConfiguration = z.strictObject({
  RootSquash: z
    .string()
    .regex(/^([0-9]{1,10}):([0-9]{1,10})$/)
    .optional(),
  NoSquashNids: z
    .array(z.string().regex(/^([0-9[\]-]*\.){3}([0-9[\]-]*)@tcp$/))
    .max(64)
    .optional(),
});
const dataCompressionType = z.enum(['NONE', 'LZ4']);

export const createFileSystem = z.strictObject({
  ClientRequestToken: token,
  FileSystemType: z.literal('LUSTRE'),
  FileSystemTypeVersion: z.enum(['2.10', '2.12', '2.15']).optional(),
  KmsKeyId: z.string().optional(),
  LustreConfiguration: z
    .strictObject({
      AutomaticBackupRetentionDays: z.int().min(0).max(90).optional(),
      CopyTagsToBackups: z.boolean().optional(),
      DataCompressionType: dataCompressionType.default('NONE'),
      DeploymentType: z.enum(['SCRATCH_1', 'SCRATCH_2', 'PERSISTENT_1', 'PERSISTENT_2']).default('SCRATCH_1'),
      DriveCacheType: z.enum(['NONE', 'READ']).optional(),
      EfaEnabled: z.boolean().optional(),
      LogConfiguration: logConfiguration.optional(),
      MetadataConfiguration: metadataConfiguration.optional(),
      PerUnitStorageThroughput: z.int().optional(),
      RootSquashConfiguration: rootSquashConfiguration.optional(),
      ThroughputCapacity: z.int().optional(),
      WeeklyMaintenanceStartTime: weeklyTime.optional(),
    })
    .prefault({}),
  SecurityGroupIds: z.array(z.string()).max(50).default([]),
  StorageCapacity: z.int().optional(),
  StorageType: z.enum(['SSD', 'HDD', 'INTELLIGENT_TIERING']).default('SSD'),
  SubnetIds: z.array(z.string()).min(1),
  Tags: tags,
});
export type CreateFileSystem = z.output<typeof createFileSystem>;

export const updateFileSystem = z.strictObject({
  ClientRequestToken: token,
  FileSystemId: z.string(),
  LustreConfiguration: z
    .strictObject({
      AutomaticBackupRetentionDays: z.int().min(0).max(90).optional(),
      DataCompressionType: dataCompressionType.optional(),
      LogConfiguration: logConfiguration.optional(),
      MetadataConfiguration: metadataConfiguration.optional(),
      PerUnitStorageThroughput: z.int().optional(),
      RootSquashConfiguration: rootSquashConfiguration.optional(),
      WeeklyMaintenanceStartTime: weeklyTime.optional(),
    })
    .prefault({}),
  StorageCapacity: z.int().optional(),
});
export type UpdateFileSystem = z.output<typeof updateFileSystem>;

export const describeFileSystems = z.strictObject({ FileSystemIds: z.array(z.string()).optional() });

export const deleteFileSystem = z.strictObject({
  ClientRequestToken: token,
  FileSystemId: z.string(),
  LustreConfiguration: z
    .strictObject({ SkipFinalBackup: z.boolean().default(true), FinalBackupTags: tags })
    .prefault({}),
});
export type DeleteFileSystem = z.output<typeof deleteFileSystem>;

const events = z.strictObject({ Events: z.array(z.enum(['NEW', 'CHANGED', 'DELETED'])).max(3) });
const s3 = z.strictObject({ AutoImportPolicy: events.optional(), AutoExportPolicy: events.optional() });
const chunkSize = z.int().min(1).max(512_000);

export const createDataRepositoryAssociation = z.strictObject({
  BatchImportMetaDataOnCreate: z.boolean().default(false),
  ClientRequestToken: token,
  DataRepositoryPath: z
    .string()
    .min(3)
    .max(4357)
    .regex(/^s3:\/\//),
  FileSystemId: z.string(),
  FileSystemPath: z.string().min(1).max(4096).startsWith('/'),
  ImportedFileChunkSize: chunkSize.default(1024),
  S3: s3.default({}),
  Tags: tags,
});
export type CreateDataRepositoryAssociation = z.output<typeof createDataRepositoryAssociation>;

export const updateDataRepositoryAssociation = z.strictObject({
  AssociationId: z.string(),
  ClientRequestToken: token,
  ImportedFileChunkSize: chunkSize.optional(),
  S3: s3.optional(),
});

export const describeDataRepositoryAssociations = z.strictObject({
  AssociationIds: z.array(z.string()).optional(),
  Filters: z.array(z.strictObject({ Name: z.literal('file-system-id'), Values: z.array(z.string()) })).optional(),
});

export const deleteDataRepositoryAssociation = z.strictObject({
  AssociationId: z.string(),
  ClientRequestToken: token,
  DeleteDataInFileSystem: z.boolean().default(false),
});

export const createDataRepositoryTask = z.strictObject({
  ClientRequestToken: token,
  FileSystemId: z.string(),
  Paths: z.array(z.string().max(4096)).max(100).default([]),
  ReleaseConfiguration: z
    .strictObject({
      DurationSinceLastAccess: z.strictObject({ Unit: z.literal('DAYS'), Value: z.int().min(0) }).optional(),
    })
    .optional(),
  Report: z.strictObject({
    Enabled: z.boolean(),
    Format: z.literal('REPORT_CSV_20191124').optional(),
    Path: z
      .string()
      .max(4357)
      .regex(/^s3:\/\/[^/]+/)
      .optional(),
    Scope: z.literal('FAILED_FILES_ONLY').optional(),
  }),
  Tags: tags,
  Type: z.enum(['EXPORT_TO_REPOSITORY', 'IMPORT_METADATA_FROM_REPOSITORY', 'RELEASE_DATA_FROM_FILESYSTEM']),
});
export type CreateDataRepositoryTask = z.output<typeof createDataRepositoryTask>;

export const describeDataRepositoryTasks = z.strictObject({
  TaskIds: z.array(z.string()).optional(),
  Filters: z
    .array(z.strictObject({ Name: z.enum(['file-system-id', 'task-lifecycle']), Values: z.array(z.string()) }))
    .optional(),
});

export const cancelDataRepositoryTask = z.strictObject({ TaskId: z.string() });

export const tagResource = z.strictObject({ ResourceARN: z.string(), Tags: z.array(tag) });
export const untagResource = z.strictObject({ ResourceARN: z.string(), TagKeys: z.array(z.string()) });
export const listTagsForResource = z.strictObject({ ResourceARN: z.string() });
