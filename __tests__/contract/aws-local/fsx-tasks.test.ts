/** The emulated FSx: data repository tasks, tags, and what it does not know. */
import { availableFileSystem, type FsxEmulator, fault, fsxEmulator, link } from '../../helpers/fsx-emulator';

/** A file system with an association of /a that exports nothing by itself, and one of /b that does. */
async function linked(fsx: FsxEmulator): Promise<string> {
  const id = await availableFileSystem(fsx);
  await fsx.call('CreateDataRepositoryAssociation', link(id, '/a'));
  fsx.wait();
  await fsx.call('CreateDataRepositoryAssociation', {
    ...link(id, '/b'),
    S3: { AutoExportPolicy: { Events: ['NEW'] } },
  });
  fsx.wait();
  return id;
}

const task = (FileSystemId: string, Type: string, rest: object = {}) => ({
  FileSystemId,
  Type,
  Report: { Enabled: false },
  ...rest,
});

describe('a data repository task', () => {
  test('is pending, executes, succeeds, and leaves its report in the bucket', async () => {
    const fsx = fsxEmulator();
    const id = await linked(fsx);
    const Report = {
      Enabled: true,
      Path: 's3://bucket/a/reports',
      Format: 'REPORT_CSV_20191124',
      Scope: 'FAILED_FILES_ONLY',
    };
    const request = task(id, 'EXPORT_TO_REPOSITORY', { Paths: ['a'], Report });
    const { DataRepositoryTask: created } = await fsx.call('CreateDataRepositoryTask', request);
    expect(created).toMatchObject({ Lifecycle: 'PENDING', Type: 'EXPORT_TO_REPOSITORY', FileSystemId: id });
    const look = async () =>
      (await fsx.call('DescribeDataRepositoryTasks', { TaskIds: [created.TaskId] })).DataRepositoryTasks[0];
    fsx.wait();
    expect(await look()).toMatchObject({ Lifecycle: 'EXECUTING' });
    expect(fsx.objects.size).toBe(0);
    fsx.wait();
    expect(await look()).toMatchObject({
      Lifecycle: 'SUCCEEDED',
      EndTime: expect.any(Number),
      Status: { TotalCount: 0, SucceededCount: 0, FailedCount: 0 },
    });
    expect([...fsx.objects.keys()]).toEqual([`bucket/a/reports/${created.TaskId}/failures.csv`]);
  });

  test('is one at a time on a file system, and holds up its deletion', async () => {
    const fsx = fsxEmulator();
    const id = await linked(fsx);
    const release = task(id, 'RELEASE_DATA_FROM_FILESYSTEM', {
      ReleaseConfiguration: { DurationSinceLastAccess: { Unit: 'DAYS', Value: 7 } },
    });
    await fsx.call('CreateDataRepositoryTask', release);
    const executing = fault('DataRepositoryTaskExecuting', /is PENDING/);
    await expect(fsx.call('CreateDataRepositoryTask', release)).rejects.toMatchObject(executing);
    await expect(fsx.call('DeleteFileSystem', { FileSystemId: id })).rejects.toMatchObject(executing);
    fsx.wait(2000);
    await expect(fsx.call('CreateDataRepositoryTask', release)).resolves.toHaveProperty('DataRepositoryTask');
  });

  test('is created once for one request token', async () => {
    const fsx = fsxEmulator();
    const request = task(await linked(fsx), 'IMPORT_METADATA_FROM_REPOSITORY', { ClientRequestToken: 'token' });
    const first = await fsx.call('CreateDataRepositoryTask', request);
    const second = await fsx.call('CreateDataRepositoryTask', request);
    expect(second.DataRepositoryTask.TaskId).toBe(first.DataRepositoryTask.TaskId);
  });

  test('is canceled while it runs, and not afterwards', async () => {
    const fsx = fsxEmulator();
    const request = task(await linked(fsx), 'IMPORT_METADATA_FROM_REPOSITORY');
    const { TaskId } = (await fsx.call('CreateDataRepositoryTask', request)).DataRepositoryTask;
    expect(await fsx.call('CancelDataRepositoryTask', { TaskId })).toEqual({ Lifecycle: 'CANCELING', TaskId });
    fsx.wait(5000);
    const { DataRepositoryTasks } = await fsx.call('DescribeDataRepositoryTasks', {
      Filters: [{ Name: 'task-lifecycle', Values: ['CANCELED'] }],
    });
    expect(DataRepositoryTasks).toEqual([expect.objectContaining({ TaskId })]);
    await expect(fsx.call('CancelDataRepositoryTask', { TaskId })).rejects.toMatchObject(
      fault('DataRepositoryTaskEnded', /is CANCELED/),
    );
  });

  test.each([
    [
      'an export of what is exported by itself',
      'EXPORT_TO_REPOSITORY',
      { Paths: ['b/2026'] },
      /automatic export is on for \/b/,
    ],
    ['an export of everything', 'EXPORT_TO_REPOSITORY', {}, /automatic export is on for \/b/],
    [
      'a report that is nowhere',
      'IMPORT_METADATA_FROM_REPOSITORY',
      { Report: { Enabled: true } },
      /Report\.Path is required/,
    ],
    [
      'a report outside the links',
      'IMPORT_METADATA_FROM_REPOSITORY',
      { Report: { Enabled: true, Path: 's3://elsewhere/x' } },
      /not within a linked data repository/,
    ],
    [
      'an age of what is no release',
      'IMPORT_METADATA_FROM_REPOSITORY',
      { ReleaseConfiguration: {} },
      /for RELEASE_DATA_FROM_FILESYSTEM only/,
    ],
    ['a type that is none', 'COPY', {}, /^Type: /],
  ])('is refused: %s', async (_, type, rest, message) => {
    const fsx = fsxEmulator();
    const request = task(await linked(fsx), type, rest);
    await expect(fsx.call('CreateDataRepositoryTask', request)).rejects.toMatchObject(fault('BadRequest', message));
  });

  test('needs a link, and a file system', async () => {
    const fsx = fsxEmulator();
    const id = await availableFileSystem(fsx);
    const type = 'IMPORT_METADATA_FROM_REPOSITORY';
    await expect(fsx.call('CreateDataRepositoryTask', task(id, type))).rejects.toMatchObject(
      fault('BadRequest', /not linked/),
    );
    await expect(fsx.call('CreateDataRepositoryTask', task('fs-none', type))).rejects.toMatchObject(
      fault('FileSystemNotFound', /fs-none/),
    );
    await expect(fsx.call('DescribeDataRepositoryTasks', { TaskIds: ['task-none'] })).rejects.toMatchObject(
      fault('DataRepositoryTaskNotFound', /task-none/),
    );
  });
});

test('tags come and go, on file systems, associations and tasks', async () => {
  const fsx = fsxEmulator();
  const id = await availableFileSystem(fsx);
  const { Association } = await fsx.call('CreateDataRepositoryAssociation', link(id, '/a'));
  fsx.wait();
  const request = task(id, 'IMPORT_METADATA_FROM_REPOSITORY');
  const { DataRepositoryTask } = await fsx.call('CreateDataRepositoryTask', request);
  const [fileSystem] = (await fsx.call('DescribeFileSystems', {})).FileSystems;
  for (const { ResourceARN } of [fileSystem, Association, DataRepositoryTask]) {
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
  await expect(fsxEmulator().call('CreateVolume', {})).rejects.toMatchObject(
    fault('UnknownOperationException', /CreateVolume is not emulated/),
  );
});
