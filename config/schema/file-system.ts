/** `fileSystem` and `buckets`: FSx for Lustre, its data repository associations, and the buckets they name. */
import { z } from 'zod';

const events = z.array(z.enum(['NEW', 'CHANGED', 'DELETED'])).default(['NEW', 'CHANGED', 'DELETED']);

const association = z.strictObject({
  path: z.string().meta({
    description: 'Directory of the file system, absolute, below its root. The mission: `/nasdaq`.',
    examples: ['/nasdaq'],
  }),
  dataRepository: z.string().meta({
    description: 'What it is linked to: `s3://bucket` or `s3://bucket/prefix`.',
    examples: ['s3://example-market-data/nasdaq'],
  }),
  autoImport: events.meta({
    description: 'Changes in the bucket that appear in the file system: any of NEW, CHANGED, DELETED. [] for none.',
  }),
  autoExport: events.meta({
    description: 'Changes in the file system that appear in the bucket: any of NEW, CHANGED, DELETED. [] for none.',
  }),
  importedFileChunkSizeMiB: z.int().default(1024).meta({
    description: 'Stripe size of imported files, 1 to 512000 MiB.',
  }),
  batchImportMetadataOnCreate: z.boolean().default(true).meta({
    description: 'Show what the bucket holds already, once the association exists.',
  }),
});

const rootSquash = z
  .strictObject({
    uidGid: z
      .string()
      .meta({ description: 'Whom root becomes: `uid:gid`; 0:0 turns it off again.', examples: ['65534:65534'] }),
    noSquashNids: z
      .array(z.string())
      .default([])
      .meta({
        description:
          'Clients whose root stays root: an address or ranges of one, `@tcp`. The host has to be among them, since the pull sets owners.',
        examples: [['10.20.0.[1-254]@tcp']],
      }),
  })
  .meta({
    description:
      'Make root of the clients somebody else. Changeable in place; taken away it stays on, uidGid "0:0" turns it off.',
  });

export const fileSystemSchema = z
  .strictObject({
    deploymentType: z
      .enum(['SCRATCH_1', 'SCRATCH_2', 'PERSISTENT_1', 'PERSISTENT_2'])
      .default('PERSISTENT_2')
      .meta({ description: 'PERSISTENT_* replicates data inside its zone. SCRATCH_1 cannot be linked to S3.' }),
    storageType: z.enum(['SSD', 'HDD', 'INTELLIGENT_TIERING']).default('SSD').meta({
      description: 'HDD is for PERSISTENT_1 only. INTELLIGENT_TIERING cannot be linked to S3.',
    }),
    storageCapacityGiB: z
      .int()
      .default(1200)
      .meta({
        description: '1200, 2400, then steps of 2400. PERSISTENT_1 HDD: steps of 6000 at 12 MB/s/TiB, of 1800 at 40.',
        examples: [1200, 2400, 4800],
      }),
    throughputMBpsPerTiB: z
      .int()
      .optional()
      .meta({
        description:
          'PERSISTENT_2: 125 (default), 250, 500, 1000. PERSISTENT_1 SSD: 50 (default), 100, 200; HDD: 12 (default), 40. Not for SCRATCH_*.',
        examples: [125, 250, 500, 1000],
      }),
    lustreVersion: z.enum(['2.10', '2.12', '2.15']).default('2.12').meta({
      description: 'Of the file system; associations need 2.12 or 2.15. The host must have a client that mounts it.',
    }),
    metadataIops: z
      .union([z.literal('AUTOMATIC'), z.int()])
      .optional()
      .meta({
        description:
          'PERSISTENT_2 with Lustre 2.15 only: AUTOMATIC, or 1500, 3000, 6000, 12000 and multiples of 12000 up to 192000. Can grow in place; cannot be added to a file system made without.',
        examples: ['AUTOMATIC', 6000],
      }),
    efa: z.boolean().default(false).meta({
      description:
        'Let clients use Elastic Fabric Adapter; fixed once created. PERSISTENT_2 with metadataIops, in steps of 38400 GiB at 125 MB/s/TiB, 19200 at 250, 9600 at 500, 4800 at 1000. The host of sluice itself goes on using TCP.',
    }),
    driveCache: z.enum(['NONE', 'READ']).optional().meta({
      description: 'SSD read cache of an HDD file system, 20% of its capacity; NONE where absent. HDD only.',
    }),
    dataCompression: z.enum(['NONE', 'LZ4']).default('NONE').meta({ description: 'Changeable in place.' }),
    kmsKey: z
      .string()
      .optional()
      .meta({
        description:
          "`create` for a key of its own, or the ARN of one, not its id or an alias; AWS's own key for FSx where absent.",
        examples: ['create', 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
      }),
    logGroup: z
      .string()
      .optional()
      .meta({
        description: "CloudWatch log group of the associations' failures; its name starts with /aws/fsx/.",
        examples: ['/aws/fsx/market-data'],
      }),
    logLevel: z.enum(['WARN_ERROR', 'ERROR_ONLY', 'WARN_ONLY']).default('WARN_ERROR').meta({
      description: 'What of them is logged.',
    }),
    weeklyMaintenanceStart: z
      .string()
      .optional()
      .meta({
        description:
          'Start of the weekly half hour in which AWS may patch: d:HH:MM in UTC, d from 1 (Monday) to 7. Chosen by AWS where absent.',
        examples: ['7:02:00'],
      }),
    rootSquash: rootSquash.optional(),
    preventDestroy: z.boolean().default(true).meta({
      description: 'Terraform refuses any plan that destroys or replaces the file system.',
    }),
    associations: z.array(association).min(1).max(8).meta({
      description: 'Data repository associations: which directory is which bucket. Their paths must not overlap.',
    }),
  })
  .meta({ description: 'FSx for Lustre, and the directories of it that are folders of S3.' });

export const bucketSchema = z.strictObject({
  name: z
    .string()
    .meta({ description: 'Name of a bucket that an association names.', examples: ['example-market-data'] }),
  region: z
    .string()
    .optional()
    .meta({
      description:
        "AWS region of the bucket; the migration's where absent. Auto-import needs the same one, auto-export does not.",
      examples: ['eu-west-1'],
    }),
  existing: z.boolean().default(false).meta({ description: 'True: use it as it is. False: create it.' }),
  versioning: z.boolean().default(false).meta({ description: 'Keep old versions of objects, in a bucket we create.' }),
  kmsKey: z
    .string()
    .optional()
    .meta({
      description:
        "Encrypts a bucket we create: `create` for a key of its own that lets FSx in, or the ARN of one whose policy does (AWSServiceRoleForFSxS3Access_*); S3's own keys where absent.",
      examples: ['create', 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
    }),
});
