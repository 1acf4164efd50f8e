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
          'PERSISTENT_2 with Lustre 2.15 only: AUTOMATIC, or 1500, 3000, 6000, 12000 and multiples of 12000 up to 192000.',
        examples: ['AUTOMATIC', 6000],
      }),
    dataCompression: z.enum(['NONE', 'LZ4']).default('NONE').meta({ description: 'Changeable in place.' }),
    kmsKey: z
      .string()
      .optional()
      .meta({
        description: "ARN of a KMS key, not its id or an alias; AWS's own key for FSx where absent.",
        examples: ['arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
      }),
    logGroup: z
      .string()
      .optional()
      .meta({
        description: "CloudWatch log group of the associations' failures; its name starts with /aws/fsx.",
        examples: ['/aws/fsx/market-data'],
      }),
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
  existing: z.boolean().default(false).meta({ description: 'True: use it as it is. False: create it.' }),
  versioning: z.boolean().default(false).meta({ description: 'Keep old versions of objects, in a bucket we create.' }),
});
