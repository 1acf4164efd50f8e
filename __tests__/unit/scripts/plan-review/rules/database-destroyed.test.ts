import { databaseDestroyed } from '../../../../../scripts/plan-review/rules/database-destroyed';
import { create, destroy, found, replace } from '../plan-builder';

test('finds what holds data, deleted or replaced', () => {
  expect(
    found(databaseDestroyed, [
      destroy('aws_db_instance.a'),
      replace('aws_dynamodb_table.b', { hash_key: 'x' }, { changes: { hash_key: 'y' } }),
      create('aws_db_instance.c', {}),
    ]),
  ).toEqual(['aws_db_instance.a', 'aws_dynamodb_table.b']);
});

test.each(['aws_elasticache_replication_group', 'aws_memorydb_cluster'])(
  'finds %s, whose data is in memory',
  (type) => {
    expect(found(databaseDestroyed, [destroy(`${type}.a`)])).toEqual([`${type}.a`]);
  },
);
