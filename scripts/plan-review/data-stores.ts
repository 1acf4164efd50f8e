/** Which resources hold data that dies with them. The lists are of the AWS provider's resource types. */
import type { ResourceChange } from './plan-json';
import type { PlanView } from './plan-view';

export const lustreType = 'aws_fsx_lustre_file_system';
export const associationType = 'aws_fsx_data_repository_association';
export const bucketType = 'aws_s3_bucket';
/** With those of S3 Express One Zone. */
export const bucketTypes: readonly string[] = [bucketType, 'aws_s3_directory_bucket'];

export const fileSystemTypes: readonly string[] = [
  lustreType,
  'aws_fsx_ontap_file_system',
  'aws_fsx_ontap_volume',
  'aws_fsx_openzfs_file_system',
  'aws_fsx_openzfs_volume',
  'aws_fsx_windows_file_system',
  'aws_fsx_file_cache',
  'aws_efs_file_system',
];

export const databaseTypes: readonly string[] = [
  'aws_db_instance',
  'aws_rds_cluster',
  'aws_docdb_cluster',
  'aws_neptune_cluster',
  'aws_redshift_cluster',
  'aws_dynamodb_table',
  'aws_elasticache_cluster',
  'aws_elasticache_replication_group',
  'aws_elasticache_serverless_cache',
  'aws_memorydb_cluster',
  'aws_keyspaces_table',
  'aws_timestreamwrite_table',
  'aws_opensearch_domain',
  'aws_elasticsearch_domain',
  'aws_kinesis_stream',
  'aws_msk_cluster',
  'aws_backup_vault',
];

/** Copies of data, kept for the day on which it is lost. */
export const backupTypes: readonly string[] = [
  'aws_fsx_backup',
  'aws_ebs_snapshot',
  'aws_db_snapshot',
  'aws_db_cluster_snapshot',
];

/** Resources of these types that the plan ends: replaced, or deleted, as asked. */
export function ended(
  view: PlanView,
  types: readonly string[],
  actions: readonly ResourceChange['action'][] = ['replace', 'delete'],
): readonly ResourceChange[] {
  return view.ofType(...types).filter(({ action }) => actions.includes(action));
}

/** Associations of file systems that stay: those of one that is lost are lost with it, and its own rule says so. */
export function associationsOfLasting(view: PlanView): readonly ResourceChange[] {
  return view
    .ofType(associationType)
    .filter(
      (association) =>
        !fileSystemsOf(view, association).some(({ action }) => action === 'replace' || action === 'delete'),
    );
}

export function fileSystemsOf(view: PlanView, association: ResourceChange): readonly ResourceChange[] {
  return view.usedBy(association, 'file_system_id').filter(({ type }) => fileSystemTypes.includes(type));
}
