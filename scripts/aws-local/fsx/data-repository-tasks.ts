/**
 * The data repository tasks of the emulated account: export, import of metadata, release ("Data repository tasks" of the FSx for Lustre
 * user guide). One at a time on a file system. There are no files here, so a task has nothing to do and succeeds; its report is
 * written to the bucket when somebody looks at the task that has ended.
 */
import type { z } from 'zod';
import type { Association, Associations } from './associations';
import { type FsxEnvironment, tagList, tagMap } from './environment';
import { demand, FsxFault } from './fault';
import type { FileSystems } from './file-systems';
import { isInTransition, type Lifecycle, settle } from './lifecycle';
import type * as shapes from './shapes';

interface Task {
  readonly id: string;
  readonly arn: string;
  readonly request: shapes.CreateDataRepositoryTask;
  readonly createdAtSeconds: number;
  readonly lifecycle: Lifecycle<'PENDING' | 'EXECUTING' | 'SUCCEEDED' | 'CANCELED'>;
  readonly tags: Map<string, string>;
  endedAtSeconds?: number;
}

/** Header of REPORT_CSV_20191124, whose lines are the files that failed. */
const emptyReport = 'FilePath,FileStatus,ErrorCode\n';

export class DataRepositoryTasks {
  readonly #all = new Map<string, Task>();

  constructor(
    private readonly environment: FsxEnvironment,
    private readonly fileSystems: FileSystems,
    private readonly associations: Associations,
  ) {}

  list(): readonly Task[] {
    const now = this.environment.now();
    for (const { lifecycle } of this.#all.values()) settle(lifecycle, now);
    return [...this.#all.values()];
  }

  /** @throws FsxFault DataRepositoryTaskExecuting while a task of the file system is not over. */
  demandNone(fileSystemId: string): void {
    const busy = this.list().find(
      ({ request, lifecycle }) => request.FileSystemId === fileSystemId && isInTransition(lifecycle),
    );
    if (busy !== undefined)
      throw new FsxFault(
        'DataRepositoryTaskExecuting',
        `Data repository task '${busy.id}' is ${busy.lifecycle.state}.`,
      );
  }

  create(request: shapes.CreateDataRepositoryTask): object {
    const { accountId, now, randomHex, transitionMs } = this.environment;
    const fileSystem = this.fileSystems.get(request.FileSystemId);
    const repeated = this.list().find(
      (task) =>
        request.ClientRequestToken !== undefined && task.request.ClientRequestToken === request.ClientRequestToken,
    );
    if (repeated !== undefined) return { DataRepositoryTask: describe(repeated) };
    this.demandNone(fileSystem.id);
    checkTask(request, this.associations.of(fileSystem.id));
    const id = `task-0${randomHex(16)}`;
    const startMs = now() + transitionMs;
    const task: Task = {
      id,
      arn: `arn:aws:fsx:${fileSystem.region}:${accountId}:task/${id}`,
      request,
      createdAtSeconds: now() / 1000,
      lifecycle: {
        state: 'PENDING',
        next: { state: 'EXECUTING', atMs: startMs, next: { state: 'SUCCEEDED', atMs: startMs + transitionMs } },
      },
      tags: tagMap(request.Tags),
    };
    this.#all.set(id, task);
    return { DataRepositoryTask: describe(task) };
  }

  async describe({ TaskIds, Filters = [] }: z.output<typeof shapes.describeDataRepositoryTasks>): Promise<object> {
    const fits = ({ request, lifecycle }: Task) =>
      Filters.every(({ Name, Values }) =>
        Values.includes(Name === 'file-system-id' ? request.FileSystemId : lifecycle.state),
      );
    const found = TaskIds?.length ? TaskIds.map((id) => this.#get(id)) : this.list().filter(fits);
    for (const task of found) await this.#finish(task);
    return { DataRepositoryTasks: found.map(describe) };
  }

  cancel({ TaskId }: z.output<typeof shapes.cancelDataRepositoryTask>): object {
    const task = this.#get(TaskId);
    if (!isInTransition(task.lifecycle))
      throw new FsxFault('DataRepositoryTaskEnded', `Data repository task '${TaskId}' is ${task.lifecycle.state}.`);
    task.lifecycle.state = 'CANCELED';
    task.lifecycle.next = undefined;
    return { Lifecycle: 'CANCELING', TaskId };
  }

  #get(id: string): Task {
    const task = this.list().find((candidate) => candidate.id === id);
    if (task === undefined)
      throw new FsxFault('DataRepositoryTaskNotFound', `Data repository task '${id}' does not exist.`);
    return task;
  }

  async #finish(task: Task): Promise<void> {
    if (isInTransition(task.lifecycle) || task.endedAtSeconds !== undefined) return;
    task.endedAtSeconds = this.environment.now() / 1000;
    const { Enabled, Path = '' } = task.request.Report;
    const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/?(.*?)\/?$/.exec(Path) ?? [];
    const key = `${prefix === '' ? '' : `${prefix}/`}${task.id}/failures.csv`;
    if (Enabled && task.lifecycle.state === 'SUCCEEDED')
      await this.environment.upstream.putObject(bucket, key, emptyReport);
  }
}

/** @throws FsxFault where the file system cannot run such a task. */
function checkTask(
  { Type, Paths, ReleaseConfiguration, Report }: shapes.CreateDataRepositoryTask,
  associations: readonly Association[],
): void {
  demand(associations.length > 0, 'The file system is not linked to a data repository.');
  demand(
    ReleaseConfiguration === undefined || Type === 'RELEASE_DATA_FROM_FILESYSTEM',
    'ReleaseConfiguration is for RELEASE_DATA_FROM_FILESYSTEM only.',
  );
  demand(!Report.Enabled || Report.Path !== undefined, 'Report.Path is required where Report.Enabled is true.');
  demand(
    !Report.Enabled || associations.some(({ dataRepositoryPath }) => isWithin(Report.Path ?? '', dataRepositoryPath)),
    `Report.Path ${Report.Path} is not within a linked data repository.`,
  );
  const exported = associations.find(
    ({ s3, fileSystemPath }) => (s3.AutoExportPolicy?.Events ?? []).length > 0 && concerns(Paths, fileSystemPath),
  );
  demand(
    Type !== 'EXPORT_TO_REPOSITORY' || exported === undefined,
    `An export task cannot run while automatic export is on for ${exported?.fileSystemPath}.`,
  );
}

/** No paths mean the whole file system; they are relative to its root, or absolute. */
function concerns(paths: readonly string[], fileSystemPath: string): boolean {
  const absolute = paths.map((path) => (path.startsWith('/') ? path : `/${path}`));
  return (
    paths.length === 0 || absolute.some((path) => isWithin(path, fileSystemPath) || isWithin(fileSystemPath, path))
  );
}

function isWithin(path: string, folder: string): boolean {
  return `${path.replace(/\/+$/, '')}/`.startsWith(`${folder.replace(/\/+$/, '')}/`);
}

function describe({ id, arn, request, lifecycle, tags, createdAtSeconds, endedAtSeconds }: Task): object {
  const { FileSystemId, Type, Paths, Report, ReleaseConfiguration } = request;
  return {
    TaskId: id,
    ResourceARN: arn,
    FileSystemId,
    Type,
    Paths,
    Report,
    ...(ReleaseConfiguration !== undefined && { ReleaseConfiguration }),
    Lifecycle: lifecycle.state,
    CreationTime: createdAtSeconds,
    ...(endedAtSeconds !== undefined && { EndTime: endedAtSeconds }),
    Status: { TotalCount: 0, SucceededCount: 0, FailedCount: 0 },
    Tags: tagList(tags),
  };
}
