import { backupRemoved } from '../../../../../scripts/plan-review/rules/backup-removed';
import { create, destroy, found, replace, update } from '../plan-builder';

test('finds backups that end or are kept shorter', () => {
  expect(
    found(backupRemoved, [
      update('aws_db_instance.a', { backup_retention_period: 7 }, { backup_retention_period: 0 }),
      update(
        'aws_fsx_lustre_file_system.b',
        { automatic_backup_retention_days: 30 },
        { automatic_backup_retention_days: null },
      ),
      update(
        'aws_dynamodb_table.c',
        { point_in_time_recovery: [{ enabled: true }] },
        { point_in_time_recovery: [{ enabled: false }] },
      ),
      update('aws_db_instance.d', { backup_retention_period: 7 }, { backup_retention_period: 14 }),
    ]),
  ).toEqual(['aws_fsx_lustre_file_system.b', 'aws_db_instance.a', 'aws_dynamodb_table.c']);
});

test.each(['aws_fsx_backup', 'aws_ebs_snapshot'])('finds %s that is deleted or replaced', (type) => {
  expect(found(backupRemoved, [destroy(`${type}.a`), replace(`${type}.b`, {}), create(`${type}.c`, {})])).toEqual([
    `${type}.a`,
    `${type}.b`,
  ]);
});
