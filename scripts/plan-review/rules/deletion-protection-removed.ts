import { type Protection, removed, turnedOff, turnedOn, weakened } from '../protections';
import type { Rule } from '../rule';
import { numberAt } from '../values';

/** Terraform's own prevent_destroy is not among them: a plan does not hold it. */
export const deletionProtectionRemoved: Rule = {
  id: 'deletion-protection-removed',
  severity: 'blocked',
  title: 'A protection against deletion is removed, or weakened',
  explanation:
    'The next plan may delete the resource without anything standing in its way, or with less time to take it back.',
  check: (view) => [
    ...weakened(view, protections, fix),
    ...removed(view, ['aws_s3_bucket_object_lock_configuration'], 'bucket').map(({ address }) => ({
      address,
      message: 'new objects are locked no more: whoever may delete them can do so at once',
      fix,
    })),
  ],
};

const fix = 'keep the protection until the very change that needs it gone';

/** Where it stands: in a resource of its own, or in the bucket's own argument of old, which the provider takes still. */
const objectLock = [
  ['aws_s3_bucket_object_lock_configuration'],
  ['aws_s3_bucket', 'object_lock_configuration', 0],
] as const;

const protections: readonly Protection[] = [
  {
    types: ['aws_db_instance', 'aws_rds_cluster', 'aws_docdb_cluster', 'aws_neptune_cluster', 'aws_cognito_user_pool'],
    path: ['deletion_protection'],
    isWeaker: turnedOff,
    loss: 'deletion_protection is turned off',
  },
  {
    types: ['aws_dynamodb_table'],
    path: ['deletion_protection_enabled'],
    isWeaker: turnedOff,
    loss: 'deletion_protection_enabled is turned off',
  },
  {
    types: ['aws_lb'],
    path: ['enable_deletion_protection'],
    isWeaker: turnedOff,
    loss: 'enable_deletion_protection is turned off',
  },
  {
    types: ['aws_instance', 'aws_launch_template'],
    path: ['disable_api_termination'],
    isWeaker: turnedOff,
    loss: 'disable_api_termination is turned off',
  },
  {
    types: ['aws_s3_bucket'],
    path: ['force_destroy'],
    isWeaker: turnedOn,
    loss: 'force_destroy is turned on: a deletion then takes every object',
  },
  {
    types: ['aws_fsx_data_repository_association'],
    path: ['delete_data_in_filesystem'],
    isWeaker: turnedOn,
    loss: 'delete_data_in_filesystem is turned on: a deletion of the association then takes its files',
  },
  {
    types: ['aws_s3_bucket_versioning'],
    path: ['versioning_configuration', 0, 'mfa_delete'],
    isWeaker: (before, after) => before === 'Enabled' && after !== 'Enabled',
    loss: 'versions are deleted without a second factor (mfa_delete)',
  },
  {
    types: ['aws_kms_key', 'aws_kms_replica_key', 'aws_kms_external_key', 'aws_kms_replica_external_key'],
    path: ['deletion_window_in_days'],
    isWeaker: isShorterWait,
    loss: 'a deletion of the key can be taken back for a shorter time',
  },
  {
    types: ['aws_secretsmanager_secret'],
    path: ['recovery_window_in_days'],
    isWeaker: isShorterWait,
    loss: 'a deletion of the secret can be taken back for a shorter time, or not at all (0 days)',
  },
  ...objectLock.flatMap(([type, ...path]): readonly Protection[] => [
    {
      types: [type],
      path: [...path, 'rule', 0, 'default_retention', 0],
      isWeaker: (before, after) => retentionDays(after) < retentionDays(before),
      loss: 'new objects are locked for a shorter time',
    },
    {
      types: [type],
      path: [...path, 'rule', 0, 'default_retention', 0, 'mode'],
      isWeaker: (before, after) => before === 'COMPLIANCE' && after === 'GOVERNANCE',
      loss: 'new objects are locked in GOVERNANCE mode: whoever may bypass it can delete them',
    },
  ]),
];

/** The provider has 0 for the one of the two that is not written. */
function retentionDays(retention: unknown): number {
  return numberAt(retention, 'days') || (numberAt(retention, 'years') ?? 0) * 365;
}

/** Of keys and secrets, in days; where none is written it is 30 for both. */
function isShorterWait(before: unknown, after: unknown): boolean {
  return Number(after ?? 30) < Number(before ?? 30);
}
