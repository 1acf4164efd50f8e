import { fileSystem, validSections } from '../../helpers/config-text';
import { migrationOf, synthesize } from '../../helpers/synth';

const lustre = (...lines: readonly string[]) =>
  synthesize(migrationOf(fileSystem(...lines))).only('aws_fsx_lustre_file_system');

test('the default is the smallest persistent file system', () => {
  expect(synthesize().only('aws_fsx_lustre_file_system')).toMatchObject({
    deployment_type: 'PERSISTENT_2',
    storage_type: 'SSD',
    storage_capacity: 1200,
    per_unit_storage_throughput: 125,
    file_system_type_version: '2.12',
    data_compression_type: 'NONE',
  });
});

test('every choice reaches it', () => {
  const key = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  expect(
    lustre(
      'storageCapacityGiB: 4800',
      'throughputMBpsPerTiB: 500',
      'lustreVersion: "2.15"',
      'metadataIops: 6000',
      'dataCompression: LZ4',
      `kmsKey: ${key}`,
    ),
  ).toMatchObject({
    storage_capacity: 4800,
    per_unit_storage_throughput: 500,
    file_system_type_version: '2.15',
    metadata_configuration: { mode: 'USER_PROVISIONED', iops: 6000 },
    data_compression_type: 'LZ4',
    kms_key_id: key,
  });
  expect(lustre('lustreVersion: "2.15"', 'metadataIops: AUTOMATIC').metadata_configuration).toEqual({
    mode: 'AUTOMATIC',
  });
});

test('the deployment type is stated for scratch too, which has no throughput to set', () => {
  const scratch = lustre('deploymentType: SCRATCH_2');
  expect(scratch.deployment_type).toBe('SCRATCH_2');
  expect(scratch).not.toHaveProperty('per_unit_storage_throughput');
});

test('it is protected unless the configuration says otherwise', () => {
  expect(lustre().lifecycle).toEqual({ prevent_destroy: true });
  expect(lustre('preventDestroy: false').lifecycle).toEqual({ prevent_destroy: false });
});

test('Terraform waits as long as FSx takes', () => {
  expect(lustre().timeouts).toEqual({ create: '60m', update: '60m', delete: '60m' });
});

test('it asks for nothing that FSx refuses beside associations', () => {
  const given = lustre();
  for (const attribute of ['import_path', 'export_path', 'auto_import_policy', 'imported_file_chunk_size'])
    expect(given).not.toHaveProperty(attribute);
  expect(given.skip_final_backup).toBe(true);
});

test('failures are logged under /aws/fsx', () => {
  const stack = synthesize();
  expect(stack.only('aws_cloudwatch_log_group').name).toBe('/aws/fsx/market-data');
  expect(stack.only('aws_fsx_lustre_file_system').log_configuration).toEqual({
    destination: '${aws_cloudwatch_log_group.log_group.arn}',
    level: 'WARN_ERROR',
  });
  const named = synthesize(migrationOf(fileSystem('logGroup: /aws/fsx/vendors')));
  expect(named.only('aws_cloudwatch_log_group').name).toBe('/aws/fsx/vendors');
  const migration = migrationOf({ ...validSections });
  const wrong = { ...migration, fileSystem: { ...migration.fileSystem, logGroup: '/var/log/fsx' } };
  expect(() => synthesize(wrong)).toThrow('/var/log/fsx must start with /aws/fsx');
});

test('the log group keeps a name that a tag may not hold', () => {
  const stack = synthesize(migrationOf(fileSystem('logGroup: "/aws/fsx/vendor#1"')));
  const { name, tags } = stack.only('aws_cloudwatch_log_group');
  expect({ name, tag: tags.Name }).toEqual({ name: '/aws/fsx/vendor#1', tag: '/aws/fsx/vendor-1' });
});

test('what belongs to its running reaches it, and only where it was asked for', () => {
  expect(
    lustre(
      'efa: true',
      'lustreVersion: "2.15"',
      'metadataIops: 12000',
      'storageCapacityGiB: 38400',
      'weeklyMaintenanceStart: "7:02:00"',
      'logLevel: ERROR_ONLY',
      'rootSquash: { uidGid: "65534:65534", noSquashNids: ["10.20.0.[1-254]@tcp"] }',
    ),
  ).toMatchObject({
    efa_enabled: true,
    weekly_maintenance_start_time: '7:02:00',
    log_configuration: { level: 'ERROR_ONLY' },
    root_squash_configuration: { root_squash: '65534:65534', no_squash_nids: ['10.20.0.[1-254]@tcp'] },
  });
  for (const attribute of [
    'efa_enabled',
    'weekly_maintenance_start_time',
    'root_squash_configuration',
    'drive_cache_type',
    'kms_key_id',
  ])
    expect(lustre()).not.toHaveProperty(attribute);
});

test('the drive cache of HDD storage is always stated: the API demands it', () => {
  const hdd = ['deploymentType: PERSISTENT_1', 'storageType: HDD', 'storageCapacityGiB: 6000'];
  expect(lustre(...hdd).drive_cache_type).toBe('NONE');
  expect(lustre(...hdd, 'driveCache: READ').drive_cache_type).toBe('READ');
});
