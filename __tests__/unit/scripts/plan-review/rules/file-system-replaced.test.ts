import { fileSystemReplaced } from '../../../../../scripts/plan-review/rules/file-system-replaced';
import { association, check, create, found, lustre, replace, update } from '../plan-builder';

const group = replace(
  'aws_security_group.lustre',
  { id: 'sg-1', description: 'one' },
  { changes: { description: 'two' } },
);
const fileSystem = replace('aws_fsx_lustre_file_system.main', lustre, { unknown: ['security_group_ids'] });

test('says how a changed description of the security group loses the data', () => {
  const references = {
    'aws_fsx_lustre_file_system.main': {
      security_group_ids: ['aws_security_group.lustre.id', 'aws_security_group.lustre'],
    },
  };
  const [hit] = check(fileSystemReplaced, [fileSystem, group], { references });
  expect(hit).toMatchObject({
    address: 'aws_fsx_lustre_file_system.main',
    message: 'the file system is replaced: all data on it is lost',
  });
  expect(hit?.chains).toEqual([
    [
      `the security group's description changes ("one" -> "two")`,
      'the security group is replaced',
      'the file system is replaced: all data on it is lost',
    ],
  ]);
});

test('counts the associations that go with it', () => {
  const linked = replace('aws_fsx_data_repository_association.a', association, { unknown: ['file_system_id'] });
  expect(check(fileSystemReplaced, [fileSystem, linked])[0]?.message).toContain('1 association(s) with it');
});

test('is silent on a new file system and on a change in place', () => {
  const changed = update('aws_fsx_lustre_file_system.b', lustre, { per_unit_storage_throughput: 250 });
  expect(found(fileSystemReplaced, [create('aws_fsx_lustre_file_system.a', lustre), changed])).toEqual([]);
});

test('of one that an interrupted apply left tainted, says how it is kept', () => {
  const tainted = replace('aws_fsx_lustre_file_system.main', lustre, { reason: 'replace_because_tainted' });
  expect(check(fileSystemReplaced, [tainted])[0]?.fix).toContain('terraform untaint aws_fsx_lustre_file_system.main ');
  expect(check(fileSystemReplaced, [fileSystem])[0]?.fix).not.toContain('untaint');
});
