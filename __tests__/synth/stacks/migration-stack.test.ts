import { homedir, tmpdir } from 'node:os';
import { associations, fileSystem } from '../../helpers/config-text';
import { migrationOf, synthesize } from '../../helpers/synth';

test('the same configuration gives the same JSON', () => {
  expect(synthesize().text).toBe(synthesize().text);
});

test('nothing of this machine is in it', () => {
  const { text } = synthesize();
  for (const folder of [process.cwd(), homedir(), tmpdir()]) if (folder !== '/') expect(text).not.toContain(folder);
  expect(text).not.toContain('stackTrace');
});

test('every resource that can carry tags has a name, and all have the tags of the migration', () => {
  const stack = synthesize(migrationOf({ tags: 'tags: { team: market-data }' }));
  expect(stack.json.provider.aws[0].default_tags[0].tags).toEqual({
    team: 'market-data',
    project: 'sluice',
    migration: 'market-data',
  });
  for (const type of [
    'aws_vpc',
    'aws_subnet',
    'aws_instance',
    'aws_fsx_lustre_file_system',
    'aws_s3_bucket',
    'aws_eip',
    'aws_iam_role',
  ])
    expect(stack.only(type).tags.Name).toMatch(/\S/);
});

test('names are readable addresses without hashes', () => {
  const stack = synthesize();
  expect(Object.keys(stack.resources('aws_fsx_lustre_file_system'))).toEqual(['file_system']);
  expect(Object.keys(stack.resources('aws_subnet'))).toEqual(['network_subnet']);
});

test('the state is where it was told, and the provider is pinned', () => {
  const { terraform } = synthesize().json;
  expect(terraform.backend).toEqual({ local: { path: '../../../state' } });
  expect(terraform.required_providers.aws.version).toBe('5.100.0');
});

test('what looks like a template in the configuration is text to Terraform', () => {
  const migration = migrationOf();
  const [first] = migration.fileSystem.associations;
  const odd = {
    ...migration,
    fileSystem: { ...migration.fileSystem, associations: [{ ...first!, path: '/${a}%{b}' }] },
  };
  expect(synthesize(odd).only('aws_fsx_data_repository_association').file_system_path).toBe('/$${a}%%{b}');
});

test('the outputs are those of the hand-over, from what was created', () => {
  const stack = synthesize(
    migrationOf(
      associations(
        '{ path: /a, dataRepository: s3://one-bucket/a }',
        '{ path: /b, dataRepository: s3://two-bucket/b }',
      ),
    ),
  );
  expect(Object.keys(stack.json.output).sort()).toEqual([
    'associations',
    'buckets',
    'egress_addresses',
    'file_system',
    'hosts',
    'log_group',
    'name',
    'region',
  ]);
  expect(stack.output('file_system')).toEqual({
    id: '${aws_fsx_lustre_file_system.file_system.id}',
    dns_name: '${aws_fsx_lustre_file_system.file_system.dns_name}',
    mount_name: '${aws_fsx_lustre_file_system.file_system.mount_name}',
    lustre_version: '${aws_fsx_lustre_file_system.file_system.file_system_type_version}',
    port: 988,
  });
  // Not association_id: the provider leaves it empty.
  expect(stack.output('associations').map(({ id }: { id: string }) => id)).toEqual([
    '${aws_fsx_data_repository_association.associations_a.id}',
    '${aws_fsx_data_repository_association.associations_b.id}',
  ]);
  expect(stack.output('buckets')).toHaveLength(2);
});

test('no output holds a secret', () => {
  const stack = synthesize(migrationOf(fileSystem('preventDestroy: false')));
  expect(JSON.stringify(stack.json.output)).not.toMatch(/secret|password|private_key/i);
});
