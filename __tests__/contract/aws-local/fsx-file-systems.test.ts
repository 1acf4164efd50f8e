/** The emulated FSx: file systems. */
import { availableFileSystem, fault, fsxEmulator, valid } from '../../helpers/fsx-emulator';

describe('a file system', () => {
  test('is created, is available after a while, and is described as FSx does', async () => {
    const fsx = fsxEmulator();
    const { FileSystem: created } = await fsx.call('CreateFileSystem', { ...valid, Tags: [{ Key: 'a', Value: 'b' }] });
    expect(created.Lifecycle).toBe('CREATING');
    fsx.wait();
    const { FileSystems } = await fsx.call('DescribeFileSystems', { FileSystemIds: [created.FileSystemId] });
    expect(FileSystems).toEqual([
      expect.objectContaining({
        Lifecycle: 'AVAILABLE',
        FileSystemId: expect.stringMatching(/^fs-[0-9a-f]{17}$/),
        ResourceARN: `arn:aws:fsx:us-east-1:123456789012:file-system/${created.FileSystemId}`,
        DNSName: `${created.FileSystemId}.fsx.us-east-1.amazonaws.com`,
        VpcId: 'vpc-01',
        KmsKeyId: expect.stringMatching(/^arn:aws:kms:/),
        Tags: [{ Key: 'a', Value: 'b' }],
        LustreConfiguration: expect.objectContaining({ MountName: expect.stringMatching(/^[0-9a-z]{8}$/) }),
      }),
    ]);
  });

  test('is created once for one request token', async () => {
    const fsx = fsxEmulator();
    const request = { ...valid, ClientRequestToken: 'token' };
    const first = await fsx.call('CreateFileSystem', request);
    const second = await fsx.call('CreateFileSystem', request);
    expect(second.FileSystem.FileSystemId).toBe(first.FileSystem.FileSystemId);
    expect((await fsx.call('DescribeFileSystems', {})).FileSystems).toHaveLength(1);
  });

  test('wants security groups that let Lustre through', async () => {
    const fsx = fsxEmulator();
    await expect(fsx.call('CreateFileSystem', { ...valid, SecurityGroupIds: ['sg-closed'] })).rejects.toMatchObject(
      fault('InvalidNetworkSettings', /do not permit Lustre LNET network traffic on port 988/),
    );
    await expect(fsx.call('CreateFileSystem', { ...valid, SecurityGroupIds: ['sg-lustre'] })).resolves.toBeDefined();
  });

  test('is gone some time after its deletion, and then unknown', async () => {
    const fsx = fsxEmulator();
    const id = await availableFileSystem(fsx);
    expect(await fsx.call('DeleteFileSystem', { FileSystemId: id })).toEqual({
      FileSystemId: id,
      Lifecycle: 'DELETING',
    });
    expect((await fsx.call('DescribeFileSystems', { FileSystemIds: [id] })).FileSystems[0].Lifecycle).toBe('DELETING');
    fsx.wait();
    await expect(fsx.call('DescribeFileSystems', { FileSystemIds: [id] })).rejects.toMatchObject(
      fault('FileSystemNotFound', /does not exist/),
    );
  });

  test('is gone at once where that is wished, and the answer says so', async () => {
    const fsx = fsxEmulator({ deletesAtOnce: true });
    const id = await availableFileSystem(fsx);
    await expect(fsx.call('DeleteFileSystem', { FileSystemId: id })).rejects.toMatchObject(
      fault('FileSystemNotFound', /is deleted/),
    );
    expect(await fsx.call('DescribeFileSystems', {})).toEqual({ FileSystems: [] });
  });

  const lustre = (configuration: object, rest: object = {}) => ({
    ...valid,
    ...rest,
    LustreConfiguration: configuration,
  });
  const p2 = valid.LustreConfiguration;
  const scratch2 = { DeploymentType: 'SCRATCH_2' };
  const hdd = (throughput: number, DriveCacheType: string | undefined = 'NONE') => ({
    DeploymentType: 'PERSISTENT_1',
    PerUnitStorageThroughput: throughput,
    DriveCacheType,
  });
  const efa = (throughput: number) => ({
    ...p2,
    PerUnitStorageThroughput: throughput,
    EfaEnabled: true,
    MetadataConfiguration: { Mode: 'AUTOMATIC' },
  });

  test.each([
    ['SSD in steps of 2400', lustre(p2, { StorageCapacity: 9600 })],
    ['HDD at 12 in steps of 6000', lustre(hdd(12), { StorageType: 'HDD', StorageCapacity: 12000 })],
    ['HDD at 40 in steps of 1800', lustre(hdd(40), { StorageType: 'HDD', StorageCapacity: 3600 })],
    ['EFA at 125', lustre(efa(125), { FileSystemTypeVersion: '2.15', StorageCapacity: 38400 })],
    ['EFA at 1000', lustre(efa(1000), { FileSystemTypeVersion: '2.15', StorageCapacity: 9600 })],
    [
      'root squash',
      lustre({
        ...p2,
        RootSquashConfiguration: {
          RootSquash: '65534:65534',
          NoSquashNids: ['10.20.0.6@tcp', '10.[20-21].0.[1-9]@tcp'],
        },
      }),
    ],
    ['scratch without a throughput', lustre(scratch2, { FileSystemTypeVersion: undefined })],
    [
      'metadata at 192000',
      lustre(
        { ...p2, MetadataConfiguration: { Mode: 'USER_PROVISIONED', Iops: 192000 } },
        { FileSystemTypeVersion: '2.15' },
      ),
    ],
    [
      'a log group of its own',
      lustre({
        ...p2,
        LogConfiguration: { Level: 'WARN_ERROR', Destination: 'arn:aws:logs:us-east-1:1:log-group:/aws/fsx/x' },
      }),
    ],
  ])('takes %s', async (_, request) => {
    await expect(fsxEmulator().call('CreateFileSystem', request)).resolves.toHaveProperty('FileSystem');
  });

  test.each([
    ['a capacity between steps', { ...valid, StorageCapacity: 3000 }, /Invalid StorageCapacity: 3000/],
    ['no capacity', { ...valid, StorageCapacity: undefined }, /Invalid StorageCapacity/],
    [
      'the throughput of another type',
      lustre({ ...p2, PerUnitStorageThroughput: 200 }),
      /Valid values: 125, 250, 500, 1000/,
    ],
    ['no throughput on persistent', lustre({ DeploymentType: 'PERSISTENT_2' }), /Invalid PerUnitStorageThroughput/],
    [
      'a throughput on scratch',
      lustre({ ...scratch2, PerUnitStorageThroughput: 200 }),
      /Invalid PerUnitStorageThroughput/,
    ],
    ['HDD on PERSISTENT_2', { ...valid, StorageType: 'HDD' }, /HDD storage is supported on PERSISTENT_1/],
    [
      'HDD without a word on its drive cache',
      lustre({ ...hdd(12), DriveCacheType: undefined }, { StorageType: 'HDD', StorageCapacity: 6000 }),
      /DriveCacheType is required/,
    ],
    ['a drive cache of SSD', lustre({ ...p2, DriveCacheType: 'READ' }), /DriveCacheType is not supported with SSD/],
    ['EFA without metadata', lustre({ ...p2, EfaEnabled: true }), /EFA is only supported for PERSISTENT_2/],
    [
      'EFA between its steps',
      lustre(efa(250), { FileSystemTypeVersion: '2.15', StorageCapacity: 38_400 / 4 }),
      /Invalid StorageCapacity: 9600/,
    ],
    [
      'root squash to a name',
      lustre({ ...p2, RootSquashConfiguration: { RootSquash: 'nobody' } }),
      /RootSquashConfiguration\.RootSquash/,
    ],
    ['Lustre 2.10 on PERSISTENT_2', { ...valid, FileSystemTypeVersion: '2.10' }, /2\.10 is not supported/],
    [
      'metadata on 2.12',
      lustre({ ...p2, MetadataConfiguration: { Mode: 'AUTOMATIC' } }),
      /MetadataConfiguration is not supported/,
    ],
    [
      'metadata at 7000',
      lustre(
        { ...p2, MetadataConfiguration: { Mode: 'USER_PROVISIONED', Iops: 7000 } },
        { FileSystemTypeVersion: '2.15' },
      ),
      /Invalid metadata Iops/,
    ],
    ['a key on scratch', lustre(scratch2, { KmsKeyId: 'key' }), /KmsKeyId is not supported/],
    [
      'a log group elsewhere',
      lustre({
        ...p2,
        LogConfiguration: { Level: 'WARN_ERROR', Destination: 'arn:aws:logs:us-east-1:1:log-group:/mine' },
      }),
      /\/aws\/fsx prefix/,
    ],
    ['two subnets', { ...valid, SubnetIds: ['subnet-01', 'subnet-02'] }, /one subnet/],
    ['a subnet that is not there', { ...valid, SubnetIds: ['subnet-99'] }, /subnet-99' does not exist/],
    ['what it does not emulate', { ...valid, WindowsConfiguration: {} }, /WindowsConfiguration/],
  ])('refuses %s', async (_, request, message) => {
    await expect(fsxEmulator().call('CreateFileSystem', request)).rejects.toMatchObject(fault('BadRequest', message));
  });

  test('grows in place, and tells when it is done', async () => {
    const fsx = fsxEmulator();
    const id = await availableFileSystem(fsx);
    const { FileSystem: updating } = await fsx.call('UpdateFileSystem', { FileSystemId: id, StorageCapacity: 2400 });
    expect(updating.Lifecycle).toBe('UPDATING');
    expect(updating.AdministrativeActions[0]).toMatchObject({
      AdministrativeActionType: 'FILE_SYSTEM_UPDATE',
      Status: 'IN_PROGRESS',
      TargetFileSystemValues: { StorageCapacity: 2400 },
    });
    fsx.wait();
    const [updated] = (await fsx.call('DescribeFileSystems', { FileSystemIds: [id] })).FileSystems;
    expect(updated).toMatchObject({ Lifecycle: 'AVAILABLE', StorageCapacity: 2400 });
    expect(updated.AdministrativeActions[0].Status).toBe('COMPLETED');
  });

  test.each([
    ['shrinking', { StorageCapacity: 1200 }, /must be greater than the current 2400/],
    ['a capacity between steps', { StorageCapacity: 3600 }, /Invalid StorageCapacity/],
    ['the throughput of another type', { LustreConfiguration: { PerUnitStorageThroughput: 100 } }, /Valid values/],
  ])('refuses %s', async (_, update, message) => {
    const fsx = fsxEmulator();
    const id = await availableFileSystem(fsx, { ...valid, StorageCapacity: 2400 });
    await expect(fsx.call('UpdateFileSystem', { FileSystemId: id, ...update })).rejects.toMatchObject(
      fault('BadRequest', message),
    );
  });

  test('takes one change at a time', async () => {
    const fsx = fsxEmulator();
    const id = await availableFileSystem(fsx);
    await fsx.call('UpdateFileSystem', { FileSystemId: id, StorageCapacity: 2400 });
    await expect(fsx.call('DeleteFileSystem', { FileSystemId: id })).rejects.toMatchObject(
      fault('BadRequest', /UPDATING/),
    );
  });

  test.each([
    ['grows', { StorageCapacity: 2400 }, { StorageCapacity: 4800 }],
    [
      'changes its throughput',
      { LustreConfiguration: { PerUnitStorageThroughput: 250 } },
      { LustreConfiguration: { PerUnitStorageThroughput: 125 } },
    ],
  ])('%s once in six hours', async (_, first, second) => {
    const fsx = fsxEmulator();
    const id = await availableFileSystem(fsx);
    await fsx.call('UpdateFileSystem', { FileSystemId: id, ...first });
    fsx.wait();
    const again = { FileSystemId: id, ...second };
    await expect(fsx.call('UpdateFileSystem', again)).rejects.toMatchObject(fault('BadRequest', /once in 6 hours/));
    fsx.wait(6 * 3_600_000);
    await expect(fsx.call('UpdateFileSystem', again)).resolves.toHaveProperty('FileSystem');
  });

  test.each([
    ['another throughput with EFA', { LustreConfiguration: { PerUnitStorageThroughput: 250 } }, /EFA-enabled/],
    [
      'capacity and metadata at once',
      {
        StorageCapacity: 76_800,
        LustreConfiguration: { MetadataConfiguration: { Mode: 'USER_PROVISIONED', Iops: 48_000 } },
      },
      /at the same time/,
    ],
  ])('refuses %s', async (_, update, message) => {
    const fsx = fsxEmulator();
    const efa = { ...p2, EfaEnabled: true, MetadataConfiguration: { Mode: 'USER_PROVISIONED', Iops: 12_000 } };
    const id = await availableFileSystem(fsx, lustre(efa, { StorageCapacity: 38_400, FileSystemTypeVersion: '2.15' }));
    await expect(fsx.call('UpdateFileSystem', { FileSystemId: id, ...update })).rejects.toMatchObject(
      fault('BadRequest', message),
    );
  });

  test.each([
    ['lower metadata', 12_000, /must not be less than the current 12000/],
    ['metadata that it never had', undefined, /created without one/],
  ])('refuses %s', async (_, current, message) => {
    const fsx = fsxEmulator();
    const metadata = (Iops: number) => ({ MetadataConfiguration: { Mode: 'USER_PROVISIONED', Iops } });
    const request =
      current === undefined ? valid : lustre({ ...p2, ...metadata(current) }, { FileSystemTypeVersion: '2.15' });
    const id = await availableFileSystem(fsx, request);
    const update = { FileSystemId: id, LustreConfiguration: metadata(6000) };
    await expect(fsx.call('UpdateFileSystem', update)).rejects.toMatchObject(fault('BadRequest', message));
  });
});
