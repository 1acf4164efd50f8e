/** The emulated FSx: data repository associations. */
import { availableFileSystem, fault, fsxEmulator, type Json, link, valid } from '../../helpers/fsx-emulator';

describe('a data repository association', () => {
  test('is created and becomes available', async () => {
    const fsx = fsxEmulator();
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
    const fsx = fsxEmulator();
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
    const fsx = fsxEmulator();
    for (const id of [await availableFileSystem(fsx), await availableFileSystem(fsx)])
      await fsx.call('CreateDataRepositoryAssociation', link(id, '/a'));
    fsx.wait();
    const { Associations } = await fsx.call('DescribeDataRepositoryAssociations', {});
    expect(Associations.map(({ Lifecycle }: Json) => Lifecycle)).toEqual(['AVAILABLE', 'AVAILABLE']);
  });

  test('imports from its own region only, and exports anywhere', async () => {
    const fsx = fsxEmulator();
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
    const fsx = fsxEmulator({ deletesAtOnce: true });
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
    const fsx = fsxEmulator();
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
    const fsx = fsxEmulator();
    const id = await availableFileSystem(fsx);
    await fsx.call('CreateDataRepositoryAssociation', link(id, '/a'));
    fsx.wait();
    const request = { FileSystemId: id, FileSystemPath, DataRepositoryPath };
    await expect(fsx.call('CreateDataRepositoryAssociation', request)).rejects.toMatchObject(
      fault('BadRequest', message),
    );
  });

  test('may be a neighbour with a longer name', async () => {
    const fsx = fsxEmulator();
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
    const fsx = fsxEmulator();
    const id = await availableFileSystem(fsx, request);
    await expect(fsx.call('CreateDataRepositoryAssociation', link(id, '/a'))).rejects.toMatchObject(
      fault('BadRequest', /Data repository associations are (not )?supported/),
    );
  });

  test('waits for its file system', async () => {
    const fsx = fsxEmulator();
    const { FileSystem } = await fsx.call('CreateFileSystem', valid);
    await expect(
      fsx.call('CreateDataRepositoryAssociation', link(FileSystem.FileSystemId, '/a')),
    ).rejects.toMatchObject(fault('BadRequest', /not AVAILABLE/));
  });

  test('is updated and deleted, one at a time too', async () => {
    const fsx = fsxEmulator();
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
    const fsx = fsxEmulator();
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

  test('has FSx put its notification on the bucket that it imports from, and on no other', async () => {
    const fsx = fsxEmulator();
    const id = await availableFileSystem(fsx);
    await fsx.call('CreateDataRepositoryAssociation', {
      ...link(id, '/a'),
      S3: { AutoExportPolicy: { Events: ['NEW'] } },
    });
    expect([...fsx.notified]).toEqual([]);
    fsx.wait();
    await fsx.call('CreateDataRepositoryAssociation', {
      ...link(id, '/b'),
      DataRepositoryPath: 's3://bucket-b/b',
      S3: { AutoImportPolicy: { Events: ['NEW'] } },
    });
    expect([...fsx.notified]).toEqual(['bucket-b']);
  });

  test('takes the notification away with the last association of a bucket, or with the file system', async () => {
    const fsx = fsxEmulator();
    const id = await availableFileSystem(fsx);
    const importing = async (path: string) => {
      const request = { ...link(id, path), S3: { AutoImportPolicy: { Events: ['NEW'] } } };
      const { Association } = await fsx.call('CreateDataRepositoryAssociation', request);
      fsx.wait();
      return Association.AssociationId;
    };
    const [first] = [await importing('/a'), await importing('/b')];
    await fsx.call('DeleteDataRepositoryAssociation', { AssociationId: first });
    fsx.wait();
    expect([...fsx.notified]).toEqual(['bucket']);
    await importing('/c');
    await fsx.call('DeleteFileSystem', { FileSystemId: id });
    expect([...fsx.notified]).toEqual([]);
  });

  test('is misconfigured while its bucket is, until an update after the mending', async () => {
    const fsx = fsxEmulator();
    const id = await availableFileSystem(fsx);
    const { Association } = await fsx.call('CreateDataRepositoryAssociation', link(id, '/a'));
    const { AssociationId } = Association;
    const look = async () =>
      (await fsx.call('DescribeDataRepositoryAssociations', { AssociationIds: [AssociationId] })).Associations[0];
    fsx.wait();
    fsx.spoilBuckets('its policy denies access');
    expect(await look()).toMatchObject({
      Lifecycle: 'MISCONFIGURED',
      FailureDetails: { Message: 'its policy denies access' },
    });
    await fsx.call('UpdateDataRepositoryAssociation', { AssociationId });
    fsx.wait();
    expect(await look()).toMatchObject({ Lifecycle: 'MISCONFIGURED' });
    fsx.spoilBuckets(undefined);
    // Mending alone is not enough.
    expect(await look()).toMatchObject({ Lifecycle: 'MISCONFIGURED' });
    expect((await fsx.call('UpdateDataRepositoryAssociation', { AssociationId })).Association).toMatchObject({
      Lifecycle: 'UPDATING',
    });
    fsx.wait();
    const mended = await look();
    expect(mended.Lifecycle).toBe('AVAILABLE');
    expect(mended).not.toHaveProperty('FailureDetails');
  });

  test('cannot be made to import from another region afterwards', async () => {
    const fsx = fsxEmulator();
    const id = await availableFileSystem(fsx);
    const far = { ...link(id, '/far'), DataRepositoryPath: 's3://bucket-far/x' };
    const { AssociationId } = (await fsx.call('CreateDataRepositoryAssociation', far)).Association;
    fsx.wait();
    const update = { AssociationId, S3: { AutoImportPolicy: { Events: ['NEW'] } } };
    await expect(fsx.call('UpdateDataRepositoryAssociation', update)).rejects.toMatchObject(
      fault('BadRequest', /automatic import needs/),
    );
  });
});
