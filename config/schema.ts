/**
 * The shape of migration.yaml, section by section, with the mission's defaults. Shape only: rules that span fields are
 * in rules.ts, so that every problem of a file is found in one run.
 */
import { z } from 'zod';

const event = z.enum(['NEW', 'CHANGED', 'DELETED']);

/** Where a secret lies; the file itself never holds one. Exactly one key. */
const credentialReference = z.union([
  z.strictObject({ file: z.string() }),
  z.strictObject({ environment: z.string() }),
  z.strictObject({ secretsManager: z.string() }),
  z.strictObject({ ssmParameter: z.string() }),
]);

const source = z.strictObject({
  host: z.string(),
  port: z.int().min(1).max(65535).default(22),
  username: z.string(),
  /** SHA256:... fingerprints as `ssh-keygen -lf` prints them; two during a rotation. */
  hostKeys: z.array(z.string()).min(1).max(2),
  credentials: z.strictObject({
    privateKey: credentialReference.optional(),
    passphrase: credentialReference.optional(),
    password: credentialReference.optional(),
  }),
  path: z.string(),
  connections: z.int().min(1).max(64).default(4),
});

const network = z.discriminatedUnion('mode', [
  z.strictObject({
    mode: z.literal('create'),
    cidr: z.string().default('10.20.0.0/16'),
    availabilityZone: z.string().optional(),
    operatorCidrs: z.array(z.string()).default([]),
    allowSshFromAnywhere: z.boolean().default(false),
  }),
  z.strictObject({
    mode: z.literal('existing'),
    vpcId: z.string(),
    subnetId: z.string(),
    operatorCidrs: z.array(z.string()).default([]),
    allowSshFromAnywhere: z.boolean().default(false),
  }),
]);

const association = z.strictObject({
  path: z.string(),
  /** s3://bucket or s3://bucket/prefix */
  dataRepository: z.string(),
  autoImport: z.array(event).default(['NEW', 'CHANGED', 'DELETED']),
  autoExport: z.array(event).default(['NEW', 'CHANGED', 'DELETED']),
  importedFileChunkSizeMiB: z.int().default(1024),
  batchImportMetadataOnCreate: z.boolean().default(true),
});

const fileSystem = z.strictObject({
  deploymentType: z.enum(['SCRATCH_1', 'SCRATCH_2', 'PERSISTENT_1', 'PERSISTENT_2']).default('PERSISTENT_2'),
  storageType: z.enum(['SSD', 'HDD', 'INTELLIGENT_TIERING']).default('SSD'),
  storageCapacityGiB: z.int().default(1200),
  throughputMBpsPerTiB: z.int().optional(),
  lustreVersion: z.enum(['2.10', '2.12', '2.15']).default('2.12'),
  metadataIops: z.union([z.literal('AUTOMATIC'), z.int()]).optional(),
  dataCompression: z.enum(['NONE', 'LZ4']).default('NONE'),
  kmsKey: z.string().optional(),
  logGroup: z.string().optional(),
  preventDestroy: z.boolean().default(true),
  associations: z.array(association).min(1),
});

/** Settings of a bucket that an association names; a bucket not listed is created with these defaults. */
const bucket = z.strictObject({
  name: z.string(),
  existing: z.boolean().default(false),
  versioning: z.boolean().default(false),
});

const host = z.strictObject({
  os: z.enum(['amazon-linux-2', 'amazon-linux-2023']).default('amazon-linux-2'),
  /** The newest Amazon image for the OS and architecture, or one of your own. */
  image: z
    .union([z.literal('latest'), z.strictObject({ ssmParameter: z.string() }), z.strictObject({ amiId: z.string() })])
    .default('latest'),
  lustreClient: z.enum(['lustre2.10', 'lustre', 'lustre-client']).optional(),
  instanceType: z.string().default('c6in.xlarge'),
  rootVolumeGiB: z.int().min(8).default(20),
  elasticIp: z.boolean().default(true),
  mountPoint: z.string().default('/fsx'),
  mountOptions: z.array(z.string()).default(['noatime', 'flock']),
  ssh: z.strictObject({
    /** One line of an OpenSSH .pub file: it becomes the EC2 key pair. */
    publicKey: z.string(),
    identityFile: z.string().optional(),
  }),
});

const pull = z.strictObject({
  /** The association to fill; the first one by default. */
  association: z.string().optional(),
  transferMode: z.enum(['CHANGED', 'ALL']).default('CHANGED'),
  verifyMode: z.enum(['ONLY_FILES_TRANSFERRED', 'POINT_IN_TIME_CONSISTENT', 'NONE']).default('ONLY_FILES_TRANSFERRED'),
  overwriteMode: z.enum(['ALWAYS', 'NEVER']).default('ALWAYS'),
  includes: z.array(z.string()).default([]),
  excludes: z.array(z.string()).default([]),
});

export const migrationSchema = z.strictObject({
  name: z.string(),
  region: z.string().default('us-east-1'),
  tags: z.record(z.string(), z.string()).default({}),
  source,
  network: network.prefault({ mode: 'create' }),
  fileSystem,
  buckets: z.array(bucket).default([]),
  host,
  pull: pull.prefault({}),
});

/** A whole, checked configuration with every default filled in. */
export type Migration = z.output<typeof migrationSchema>;
