/** What a resource is called in a sentence. */
import { entryOf } from './values';

const nouns: Readonly<Record<string, string>> = {
  aws_cloudwatch_metric_alarm: 'alarm',
  aws_fsx_lustre_file_system: 'file system',
  aws_fsx_data_repository_association: 'association',
  aws_s3_bucket: 'bucket',
  aws_ebs_volume: 'volume',
  aws_eip: 'Elastic IP address',
  aws_vpc: 'VPC',
  aws_kms_key: 'KMS key',
  aws_db_instance: 'database',
  aws_rds_cluster: 'database cluster',
  aws_nat_gateway: 'NAT gateway',
  aws_ssm_parameter: 'SSM parameter',
};

/** `aws_security_group` -> `security group`. */
export function nounOf(type: string): string {
  return entryOf(nouns, type) ?? type.replace(/^[a-z0-9]+_/, '').replaceAll('_', ' ');
}
