/** The rules of the emulated FSx, operation by operation, with a clock of our own. */
import { FsxService } from '../../../scripts/aws-local/fsx/service';

// biome-ignore lint/suspicious/noExplicitAny: answers are JSON; the tests say what they expect of it.
type Json = any;

interface Emulator {
  call(operation: string, body: object): Promise<Json>;
  /** Lets every transition end. */
  wait(): void;
}

function emulator({ deletesAtOnce = false } = {}): Emulator {
  let nowMs = 0;
  let serial = 0;
  const service = new FsxService({
    accountId: '123456789012',
    transitionMs: 1000,
    deletesAtOnce,
    upstream: {
      vpcOfSubnet: async (id) => (id === 'subnet-01' ? 'vpc-01' : undefined),
      isPortOpen: async (port, ids) => port === 988 && ids.includes('sg-lustre'),
      regionOfBucket: async (name) =>
        name.startsWith('bucket') ? (name === 'bucket-far' ? 'eu-west-1' : 'us-east-1') : undefined,
    },
    now: () => nowMs,
    randomHex: (length) => (serial++).toString(16).padStart(length, '0'),
  });
  return {
    call: (operation, body) => service.call(operation, body, 'us-east-1'),
    wait: () => {
      nowMs += 1000;
    },
  };
}

const valid = {
  FileSystemType: 'LUSTRE',
  FileSystemTypeVersion: '2.12',
  StorageCapacity: 1200,
  SubnetIds: ['subnet-01'],
  LustreConfiguration: { DeploymentType: 'PERSISTENT_2', PerUnitStorageThroughput: 125 },
};

async function availableFileSystem(fsx: Emulator, request: object = valid): Promise<string> {
  const { FileSystem } = await fsx.call('CreateFileSystem', request);
  fsx.wait();
  return FileSystem.FileSystemId;
}

const link = (FileSystemId: string, path: string) => ({
  FileSystemId,
  FileSystemPath: path,
  DataRepositoryPath: `s3://bucket${path}`,
});

const fault = (type: string, message: RegExp) => ({ type, message: expect.stringMatching(message) });

describe('a file system', () => {
  test('is created, is available after a while, and is described as FSx does', async () => {
    const fsx = emulator();
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
    const fsx = emulator();
    const request = { ...valid, ClientRequestToken: 'token' };
    const first = await fsx.call('CreateFileSystem', request);
    const second = await fsx.call('CreateFileSystem', request);
    expect(second.FileSystem.FileSystemId).toBe(first.FileSystem.FileSystemId);
    expect((await fsx.call('DescribeFileSystems', {})).FileSystems).toHaveLength(1);
  });

  test('wants security groups that let Lustre through', async () => {
    const fsx = emulator();
    await expect(fsx.call('CreateFileSystem', { ...valid, SecurityGroupIds: ['sg-closed'] })).rejects.toMatchObject(
      fault('InvalidNetworkSettings', /do not permit Lustre LNET network traffic on port 988/),
    );
    await expect(fsx.call('CreateFileSystem', { ...valid, SecurityGroupIds: ['sg-lustre'] })).resolves.toBeDefined();
  });

  test('is gone some time after its deletion, and then unknown', async () => {
    const fsx = emulator();
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
    const fsx = emulator({ deletesAtOnce: true });
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
    await expect(emulator().call('CreateFileSystem', request)).resolves.toHaveProperty('FileSystem');
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
    await expect(emulator().call('CreateFileSystem', request)).rejects.toMatchObject(fault('BadRequest', message));
  });

  test('grows in place, and tells when it is done', async () => {
    const fsx = emulator();
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
    const fsx = emulator();
    const id = await availableFileSystem(fsx, { ...valid, StorageCapacity: 2400 });
    await expect(fsx.call('UpdateFileSystem', { FileSystemId: id, ...update })).rejects.toMatchObject(
      fault('BadRequest', message),
    );
  });

  test('takes one change at a time', async () => {
    const fsx = emulator();
    const id = await availableFileSystem(fsx);
    await fsx.call('UpdateFileSystem', { FileSystemId: id, StorageCapacity: 2400 });
    await expect(fsx.call('DeleteFileSystem', { FileSystemId: id })).rejects.toMatchObject(
      fault('BadRequest', /UPDATING/),
    );
  });
});

describe('a data repository association', () => {
  test('is created and becomes available', async () => {
    const fsx = emulator();
    const id = await availableFileSystem(fsx);
    const { Association } = await fsx.call('CreateDataRepositoryAssociation', {
      ...link(id, '/a'),
      S3: { AutoExportPolicy: { Events: ['NEW'] } },
    });
    expect(Association).toMatchObject({ Lifecycle: 'CREATING', ImportedFileChunkSize: 1024, FileSystemPath: '/a' });
    fsx.wait();
    const { Associations } = await fsx.call('DescribeDataRepositoryAssociations', {
      AssociationIds: [Association.AssociationId],
    });
    expect(Associations[0]).toMatchObject({ Lifecycle: 'AVAILABLE', S3: { AutoExportPolicy: { Events: ['NEW'] } } });
  });

  test('fails with a misleading message when another one is being worked on', async () => {
    const fsx = emulator();
    const id = await availableFileSystem(fsx);
    await fsx.call('CreateDataRepositoryAssociation', link(id, '/a'));
    const { Association } = await fsx.call('CreateDataRepositoryAssociation', link(id, '/b'));
    expect(Association.Lifecycle).toBe('CREATING');
    fsx.wait();
    const { Associations } = await fsx.call('DescribeDataRepositoryAssociations', {
      Filters: [{ Name: 'file-system-id', Values: [id] }],
    });
    expect(Associations.map((item: Json) => [item.FileSystemPath, item.Lifecycle])).toEqual([
      ['/a', 'AVAILABLE'],
      ['/b', 'FAILED'],
    ]);
    expect(Associations[1].FailureDetails.Message).toMatch(/does not have the required permissions for the S3 bucket/);
  });

  test('is created on as many file systems at a time as there are', async () => {
    const fsx = emulator();
    for (const id of [await availableFileSystem(fsx), await availableFileSystem(fsx)])
      await fsx.call('CreateDataRepositoryAssociation', link(id, '/a'));
    fsx.wait();
    const { Associations } = await fsx.call('DescribeDataRepositoryAssociations', {});
    expect(Associations.map(({ Lifecycle }: Json) => Lifecycle)).toEqual(['AVAILABLE', 'AVAILABLE']);
  });

  test('imports from its own region only, and exports anywhere', async () => {
    const fsx = emulator();
    const id = await availableFileSystem(fsx);
    const far = { ...link(id, '/far'), DataRepositoryPath: 's3://bucket-far/x' };
    await expect(
      fsx.call('CreateDataRepositoryAssociation', { ...far, S3: { AutoImportPolicy: { Events: ['NEW'] } } }),
    ).rejects.toMatchObject(fault('BadRequest', /bucket is in eu-west-1: automatic import needs/));
    await expect(
      fsx.call('CreateDataRepositoryAssociation', { ...far, S3: { AutoExportPolicy: { Events: ['NEW'] } } }),
    ).resolves.toHaveProperty('Association');
  });

  test('is gone at once where that is wished', async () => {
    const fsx = emulator({ deletesAtOnce: true });
    const { Association } = await fsx.call(
      'CreateDataRepositoryAssociation',
      link(await availableFileSystem(fsx), '/a'),
    );
    fsx.wait();
    await expect(
      fsx.call('DeleteDataRepositoryAssociation', { AssociationId: Association.AssociationId }),
    ).rejects.toMatchObject(fault('DataRepositoryAssociationNotFound', /is deleted/));
    expect(await fsx.call('DescribeDataRepositoryAssociations', {})).toEqual({ Associations: [] });
  });

  test('is the eighth at most', async () => {
    const fsx = emulator();
    const id = await availableFileSystem(fsx);
    for (let index = 0; index < 8; index += 1) {
      await fsx.call('CreateDataRepositoryAssociation', link(id, `/n${index}`));
      fsx.wait();
    }
    await expect(fsx.call('CreateDataRepositoryAssociation', link(id, '/n8'))).rejects.toMatchObject(
      fault('ServiceLimitExceeded', /8/),
    );
  });

  test.each([
    ['/a', 's3://bucket-2', /File system path \/a overlaps/],
    ['/a/b', 's3://bucket-2', /overlaps with \/a\./],
    ['/', 's3://bucket-2', /overlaps/],
    ['/b', 's3://bucket/a/x', /Data repository path s3:\/\/bucket\/a\/x overlaps/],
    ['/b', 's3://bucket', /overlaps/],
    ['/b', 's3://missing', /unable to validate access to the S3 bucket/],
  ])('to link %s to %s beside /a is refused', async (FileSystemPath, DataRepositoryPath, message) => {
    const fsx = emulator();
    const id = await availableFileSystem(fsx);
    await fsx.call('CreateDataRepositoryAssociation', link(id, '/a'));
    fsx.wait();
    const request = { FileSystemId: id, FileSystemPath, DataRepositoryPath };
    await expect(fsx.call('CreateDataRepositoryAssociation', request)).rejects.toMatchObject(
      fault('BadRequest', message),
    );
  });

  test('may be a neighbour with a longer name', async () => {
    const fsx = emulator();
    const id = await availableFileSystem(fsx);
    await fsx.call('CreateDataRepositoryAssociation', link(id, '/ns1'));
    fsx.wait();
    await expect(fsx.call('CreateDataRepositoryAssociation', link(id, '/ns10'))).resolves.toHaveProperty('Association');
  });

  test.each([
    ['SCRATCH_1', { ...valid, FileSystemTypeVersion: '2.12', LustreConfiguration: { DeploymentType: 'SCRATCH_1' } }],
    ['Lustre 2.10', { ...valid, FileSystemTypeVersion: '2.10', LustreConfiguration: { DeploymentType: 'SCRATCH_2' } }],
    [
      'Intelligent-Tiering',
      {
        ...valid,
        StorageCapacity: undefined,
        StorageType: 'INTELLIGENT_TIERING',
        LustreConfiguration: { DeploymentType: 'PERSISTENT_2', ThroughputCapacity: 4000 },
      },
    ],
  ])('is refused on %s', async (_, request) => {
    const fsx = emulator();
    const id = await availableFileSystem(fsx, request);
    await expect(fsx.call('CreateDataRepositoryAssociation', link(id, '/a'))).rejects.toMatchObject(
      fault('BadRequest', /Data repository associations are (not )?supported/),
    );
  });

  test('waits for its file system', async () => {
    const fsx = emulator();
    const { FileSystem } = await fsx.call('CreateFileSystem', valid);
    await expect(
      fsx.call('CreateDataRepositoryAssociation', link(FileSystem.FileSystemId, '/a')),
    ).rejects.toMatchObject(fault('BadRequest', /not AVAILABLE/));
  });

  test('is updated and deleted, one at a time too', async () => {
    const fsx = emulator();
    const id = await availableFileSystem(fsx);
    const { Association } = await fsx.call('CreateDataRepositoryAssociation', link(id, '/a'));
    fsx.wait();
    const { AssociationId } = Association;
    await fsx.call('UpdateDataRepositoryAssociation', { AssociationId, ImportedFileChunkSize: 512 });
    await expect(fsx.call('DeleteDataRepositoryAssociation', { AssociationId })).rejects.toMatchObject(
      fault('BadRequest', /in progress/),
    );
    fsx.wait();
    const described = await fsx.call('DescribeDataRepositoryAssociations', { AssociationIds: [AssociationId] });
    expect(described.Associations[0]).toMatchObject({ Lifecycle: 'AVAILABLE', ImportedFileChunkSize: 512 });
    await fsx.call('DeleteDataRepositoryAssociation', { AssociationId });
    fsx.wait();
    await expect(
      fsx.call('DescribeDataRepositoryAssociations', { AssociationIds: [AssociationId] }),
    ).rejects.toMatchObject(fault('DataRepositoryAssociationNotFound', /does not exist/));
  });

  test('goes with its file system, which then has no final backup', async () => {
    const fsx = emulator();
    const id = await availableFileSystem(fsx);
    await fsx.call('CreateDataRepositoryAssociation', link(id, '/a'));
    fsx.wait();
    await expect(
      fsx.call('DeleteFileSystem', { FileSystemId: id, LustreConfiguration: { SkipFinalBackup: false } }),
    ).rejects.toMatchObject(fault('BadRequest', /final backup/));
    await fsx.call('DeleteFileSystem', { FileSystemId: id });
    fsx.wait();
    expect(await fsx.call('DescribeDataRepositoryAssociations', {})).toEqual({ Associations: [] });
  });
});

test('tags come and go, on file systems and associations', async () => {
  const fsx = emulator();
  const id = await availableFileSystem(fsx);
  const { Association } = await fsx.call('CreateDataRepositoryAssociation', link(id, '/a'));
  const [fileSystem] = (await fsx.call('DescribeFileSystems', {})).FileSystems;
  for (const { ResourceARN } of [fileSystem, Association]) {
    await fsx.call('TagResource', {
      ResourceARN,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    });
    await fsx.call('UntagResource', { ResourceARN, TagKeys: ['a'] });
    expect(await fsx.call('ListTagsForResource', { ResourceARN })).toEqual({ Tags: [{ Key: 'b', Value: '2' }] });
  }
  await expect(fsx.call('ListTagsForResource', { ResourceARN: 'arn:aws:fsx:nowhere' })).rejects.toMatchObject(
    fault('ResourceNotFound', /nowhere/),
  );
});

test('an operation that is not emulated says so', async () => {
  await expect(emulator().call('CreateVolume', {})).rejects.toMatchObject(
    fault('UnknownOperationException', /CreateVolume is not emulated/),
  );
});
