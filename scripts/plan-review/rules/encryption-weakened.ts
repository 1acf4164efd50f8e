import { type Protection, removed, takenAway, turnedOff, weakened } from '../protections';
import type { Rule } from '../rule';

export const encryptionWeakened: Rule = {
  id: 'encryption-weakened',
  severity: 'blocked',
  title: 'Encryption is removed or weakened',
  explanation: 'Data written from then on is not encrypted, or under a key that is not yours any more.',
  check: (view) => [
    ...weakened(view, protections, fix),
    ...removed(view, ['aws_s3_bucket_server_side_encryption_configuration'], 'bucket').map(({ address }) => ({
      address,
      message: "the bucket's encryption settings are taken away",
      fix,
    })),
  ],
};

const fix = 'keep the encryption as it was';

/** Where it stands: in a resource of its own, or in the bucket's own argument of old, which the provider takes still. */
const bucketEncryption = [
  ['aws_s3_bucket_server_side_encryption_configuration'],
  ['aws_s3_bucket', 'server_side_encryption_configuration', 0],
] as const;

const protections: readonly Protection[] = [
  {
    types: ['aws_ebs_volume', 'aws_efs_file_system'],
    path: ['encrypted'],
    isWeaker: turnedOff,
    loss: 'the storage is no longer encrypted',
  },
  {
    types: ['aws_db_instance', 'aws_rds_cluster'],
    path: ['storage_encrypted'],
    isWeaker: turnedOff,
    loss: 'the storage is no longer encrypted',
  },
  {
    types: ['aws_instance'],
    path: ['root_block_device', 0, 'encrypted'],
    isWeaker: turnedOff,
    loss: 'the root volume is no longer encrypted',
  },
  {
    types: [
      'aws_fsx_lustre_file_system',
      'aws_ebs_volume',
      'aws_efs_file_system',
      'aws_db_instance',
      'aws_rds_cluster',
      'aws_cloudwatch_log_group',
      'aws_secretsmanager_secret',
    ],
    path: ['kms_key_id'],
    isWeaker: takenAway,
    loss: 'the KMS key is taken away',
  },
  ...bucketEncryption.map(([type, ...path]) => ({
    types: [type],
    path: [...path, 'rule', 0, 'apply_server_side_encryption_by_default', 0, 'sse_algorithm'],
    isWeaker: (before: unknown, after: unknown) => String(before).startsWith('aws:kms') && after === 'AES256',
    loss: "objects are encrypted with S3's own key instead of a KMS key",
  })),
  {
    types: ['aws_sns_topic', 'aws_sqs_queue'],
    path: ['kms_master_key_id'],
    isWeaker: takenAway,
    loss: 'the KMS key is taken away',
  },
  { types: ['aws_kms_key'], path: ['enable_key_rotation'], isWeaker: turnedOff, loss: 'the key is no longer rotated' },
];
