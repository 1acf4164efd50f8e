/**
 * The emulated Amazon FSx: operations by name, requests checked against their shapes. Knows nothing of HTTP;
 * ../server.ts does.
 */
import type { z } from 'zod';
import { Associations } from './associations';
import { DataRepositoryTasks } from './data-repository-tasks';
import { type FsxEnvironment, tagList } from './environment';
import { FsxFault } from './fault';
import { FileSystems } from './file-systems';
import * as shapes from './shapes';

type Operation = (body: unknown, region: string) => object | Promise<object>;

export class FsxService {
  readonly #operations: Readonly<Record<string, Operation>>;
  readonly #taggable: (arn: string) => Map<string, string>;

  constructor(environment: FsxEnvironment) {
    const fileSystems = new FileSystems(environment);
    const associations = new Associations(environment, fileSystems);
    const tasks = new DataRepositoryTasks(environment, fileSystems, associations);
    this.#taggable = (arn) => {
      const found = [...fileSystems.list(), ...associations.list(), ...tasks.list()].find(
        (resource) => resource.arn === arn,
      );
      if (found === undefined) throw new FsxFault('ResourceNotFound', `The resource '${arn}' does not exist.`);
      return found.tags;
    };
    this.#operations = {
      CreateFileSystem: checked(shapes.createFileSystem, (request, region) => fileSystems.create(request, region)),
      DescribeFileSystems: checked(shapes.describeFileSystems, (request) => fileSystems.describe(request)),
      UpdateFileSystem: checked(shapes.updateFileSystem, (request) => fileSystems.update(request)),
      DeleteFileSystem: checked(shapes.deleteFileSystem, async (request) => {
        tasks.demandNone(request.FileSystemId);
        fileSystems.demandRemovable(request, associations.of(request.FileSystemId).length > 0);
        await associations.releaseBuckets(request.FileSystemId);
        return fileSystems.remove(request);
      }),
      CreateDataRepositoryAssociation: checked(shapes.createDataRepositoryAssociation, (request) =>
        associations.create(request),
      ),
      DescribeDataRepositoryAssociations: checked(shapes.describeDataRepositoryAssociations, (request) =>
        associations.describe(request),
      ),
      UpdateDataRepositoryAssociation: checked(shapes.updateDataRepositoryAssociation, (request) =>
        associations.update(request),
      ),
      DeleteDataRepositoryAssociation: checked(shapes.deleteDataRepositoryAssociation, (request) =>
        associations.remove(request),
      ),
      CreateDataRepositoryTask: checked(shapes.createDataRepositoryTask, (request) => tasks.create(request)),
      DescribeDataRepositoryTasks: checked(shapes.describeDataRepositoryTasks, (request) => tasks.describe(request)),
      CancelDataRepositoryTask: checked(shapes.cancelDataRepositoryTask, (request) => tasks.cancel(request)),
      TagResource: checked(shapes.tagResource, ({ ResourceARN, Tags }) => {
        for (const { Key, Value } of Tags) this.#taggable(ResourceARN).set(Key, Value);
        return {};
      }),
      UntagResource: checked(shapes.untagResource, ({ ResourceARN, TagKeys }) => {
        for (const key of TagKeys) this.#taggable(ResourceARN).delete(key);
        return {};
      }),
      ListTagsForResource: checked(shapes.listTagsForResource, ({ ResourceARN }) => ({
        Tags: tagList(this.#taggable(ResourceARN)),
      })),
    };
  }

  /** @throws FsxFault */
  async call(operation: string, body: unknown, region: string): Promise<object> {
    const run = this.#operations[operation];
    if (run === undefined) throw new FsxFault('UnknownOperationException', `${operation} is not emulated.`);
    return run(body, region);
  }
}

function checked<Shape extends z.ZodType>(
  shape: Shape,
  run: (request: z.output<Shape>, region: string) => object | Promise<object>,
): Operation {
  return (body, region) => {
    const parsed = shape.safeParse(body);
    if (parsed.success) return run(parsed.data, region);
    const problems = parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
    throw new FsxFault('BadRequest', problems.join('; '));
  };
}
