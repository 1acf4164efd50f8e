import { backupTypes, ended } from '../data-stores';
import { lowered, type Protection, turnedOff, turnedOn, weakened } from '../protections';
import type { Rule } from '../rule';

export const backupRemoved: Rule = {
  id: 'backup-removed',
  severity: 'blocked',
  title: 'Backups are removed, or kept for a shorter time',
  explanation: 'Older backups are deleted with the change; a loss found later cannot be undone.',
  check: (view) => [
    ...weakened(view, protections, fix),
    ...ended(view, backupTypes).map((change) => ({
      address: change.address,
      message: `${view.name(change)} is ${change.action}d: what it holds is lost`,
      fix,
      chains: view.chainsTo(change, 'what it holds is lost'),
    })),
  ],
};

const fix = 'keep the backups as they were';

const protections: readonly Protection[] = [
  {
    types: [
      'aws_fsx_lustre_file_system',
      'aws_fsx_ontap_file_system',
      'aws_fsx_openzfs_file_system',
      'aws_fsx_windows_file_system',
    ],
    path: ['automatic_backup_retention_days'],
    isWeaker: lowered,
    loss: 'automatic backups are kept for a shorter time',
  },
  {
    types: ['aws_db_instance', 'aws_rds_cluster', 'aws_docdb_cluster', 'aws_neptune_cluster'],
    path: ['backup_retention_period'],
    isWeaker: lowered,
    loss: 'automatic backups are kept for a shorter time',
  },
  {
    types: ['aws_db_instance', 'aws_rds_cluster'],
    path: ['skip_final_snapshot'],
    isWeaker: turnedOn,
    loss: 'no snapshot is taken on deletion any more',
  },
  {
    types: ['aws_dynamodb_table'],
    path: ['point_in_time_recovery', 0, 'enabled'],
    isWeaker: turnedOff,
    loss: 'point-in-time recovery is turned off',
  },
];
