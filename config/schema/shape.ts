/** The shape of migration.yaml: its sections put together. Rules on and between fields are in ../rules. */
import { z } from 'zod';
import { alarmsSchema, budgetSchema } from './alarms';
import { bucketSchema, fileSystemSchema } from './file-system';
import { hostSchema } from './host';
import { networkSchema } from './network';
import { pullSchema } from './pull';
import { sourceSchema } from './source';
import { stateSchema } from './state';

export const shapeSchema = z
  .strictObject({
    name: z.string().meta({
      description: 'Of this migration: 3 to 32 lower-case letters, digits and hyphens. Part of every resource name.',
      examples: ['market-data'],
    }),
    region: z.string().default('us-east-1').meta({ description: 'AWS region of everything.' }),
    tags: z
      .record(z.string(), z.string())
      .default({})
      .meta({
        description: 'Tags of every AWS resource, beside project, migration and Name.',
        examples: [{ team: 'market-data' }],
      }),
    source: sourceSchema,
    network: networkSchema,
    fileSystem: fileSystemSchema,
    buckets: z.array(bucketSchema).default([]).meta({
      description: 'Settings of buckets that associations name; a bucket not listed is created with the defaults.',
    }),
    host: hostSchema,
    pull: pullSchema,
    alarms: alarmsSchema.optional(),
    budget: budgetSchema.optional(),
    state: stateSchema.optional(),
  })
  .meta({ title: 'sluice migration', description: 'One migration: an SFTP server, FSx for Lustre, S3.' });

/** What the file says, defaults filled in, nothing derived: what the rules read. */
export type MigrationShape = z.output<typeof shapeSchema>;
