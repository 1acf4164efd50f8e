/**
 * The data repository associations of the emulated account. FSx works on one request at a time for a file system: a
 * creation that comes in meanwhile is accepted, and ends as FAILED with a message about bucket permissions that has
 * nothing to do with its cause (hashicorp/terraform-provider-aws issue 24678).
 *
 * One whose bucket FSx cannot work with any more is MISCONFIGURED as soon as somebody looks, and nothing is imported or exported. Once the
 * bucket is mended an update makes it AVAILABLE again ("Data repository association lifecycle state" of the user guide).
 */
import type { z } from 'zod';
import { checkAssociation, checkImport } from './association-rules';
import { type FsxEnvironment, tagList, tagMap } from './environment';
import { demand, FsxFault } from './fault';
import type { FileSystems } from './file-systems';
import { begin, isInTransition, type Lifecycle, settle } from './lifecycle';
import type * as shapes from './shapes';

export interface Association {
  readonly id: string;
  readonly arn: string;
  readonly fileSystemId: string;
  readonly fileSystemPath: string;
  readonly dataRepositoryPath: string;
  readonly batchImport: boolean;
  readonly createdAtSeconds: number;
  readonly lifecycle: Lifecycle<'CREATING' | 'AVAILABLE' | 'MISCONFIGURED' | 'UPDATING' | 'DELETING' | 'FAILED'>;
  readonly tags: Map<string, string>;
  readonly token: string | undefined;
  /** Why it ends as FAILED, or is MISCONFIGURED. */
  failure: string | undefined;
  chunkSize: number;
  s3: shapes.CreateDataRepositoryAssociation['S3'];
}

const permissionMessage =
  'Amazon FSx does not have the required permissions for the S3 bucket. Verify that FSx has correct permissions by checking the bucket policy.';
const accessMessage =
  'Amazon FSx is unable to validate access to the S3 bucket. Ensure the IAM role or user you are using has s3:Get*, s3:List* and s3:PutObject permissions to the S3 bucket prefix.';

export class Associations {
  readonly #all = new Map<string, Association>();

  constructor(
    private readonly environment: FsxEnvironment,
    private readonly fileSystems: FileSystems,
  ) {}

  /** Those of file systems that still are. */
  list(): readonly Association[] {
    const fileSystems = new Set(this.fileSystems.list().map(({ id }) => id));
    const now = this.environment.now();
    for (const [id, { fileSystemId, lifecycle }] of this.#all)
      if (!fileSystems.has(fileSystemId) || !settle(lifecycle, now)) this.#all.delete(id);
    return [...this.#all.values()];
  }

  of(fileSystemId: string): readonly Association[] {
    return this.list().filter((association) => association.fileSystemId === fileSystemId);
  }

  async create(request: shapes.CreateDataRepositoryAssociation): Promise<object> {
    const { accountId, now, randomHex, transitionMs, upstream } = this.environment;
    const repeated = this.list().find(({ token }) => token !== undefined && token === request.ClientRequestToken);
    if (repeated !== undefined) return { Association: describe(repeated, accountId) };
    const fileSystem = this.fileSystems.get(request.FileSystemId);
    demand(fileSystem.lifecycle.state === 'AVAILABLE', `File system '${fileSystem.id}' is not AVAILABLE.`);
    checkAssociation(fileSystem, this.of(fileSystem.id), {
      fileSystemPath: request.FileSystemPath,
      dataRepositoryPath: request.DataRepositoryPath,
    });
    const bucket = bucketOf(request.DataRepositoryPath);
    const bucketRegion = await upstream.regionOfBucket(bucket);
    demand(bucketRegion !== undefined, accessMessage);
    checkImport(request.S3, bucketRegion, fileSystem.region);
    if (imports(request.S3)) await upstream.addNotification(bucket);
    const isBusy = this.of(fileSystem.id).some(({ lifecycle }) => isInTransition(lifecycle));
    const id = `dra-0${randomHex(16)}`;
    const association: Association = {
      id,
      arn: `arn:aws:fsx:${fileSystem.region}:${accountId}:association/${fileSystem.id}/${id}`,
      fileSystemId: fileSystem.id,
      fileSystemPath: request.FileSystemPath,
      dataRepositoryPath: request.DataRepositoryPath,
      batchImport: request.BatchImportMetaDataOnCreate,
      createdAtSeconds: now() / 1000,
      lifecycle: { state: 'CREATING', next: { state: isBusy ? 'FAILED' : 'AVAILABLE', atMs: now() + transitionMs } },
      tags: tagMap(request.Tags),
      token: request.ClientRequestToken,
      failure: isBusy ? permissionMessage : undefined,
      chunkSize: request.ImportedFileChunkSize,
      s3: request.S3,
    };
    this.#all.set(id, association);
    return { Association: describe(association, accountId) };
  }

  async describe({
    AssociationIds,
    Filters,
  }: z.output<typeof shapes.describeDataRepositoryAssociations>): Promise<object> {
    const wanted = Filters?.flatMap(({ Values }) => Values);
    const found = AssociationIds?.length
      ? AssociationIds.map((id) => this.#get(id))
      : this.list().filter(({ fileSystemId }) => wanted === undefined || wanted.includes(fileSystemId));
    await Promise.all(found.map((association) => this.#lookAtBucket(association)));
    return { Associations: found.map((association) => describe(association, this.environment.accountId)) };
  }

  async update(request: z.output<typeof shapes.updateDataRepositoryAssociation>): Promise<object> {
    const association = this.#getIdle(request.AssociationId);
    const { upstream } = this.environment;
    const bucket = bucketOf(association.dataRepositoryPath);
    const s3 = request.S3 ?? association.s3;
    const bucketRegion = await upstream.regionOfBucket(bucket);
    demand(bucketRegion !== undefined, accessMessage);
    checkImport(s3, bucketRegion, this.fileSystems.get(association.fileSystemId).region);
    if (imports(s3)) await upstream.addNotification(bucket);
    association.chunkSize = request.ImportedFileChunkSize ?? association.chunkSize;
    association.s3 = s3;
    association.failure = undefined;
    begin(association.lifecycle, 'UPDATING', { state: 'AVAILABLE', atMs: this.#end() });
    return { Association: describe(association, this.environment.accountId) };
  }

  async remove(request: z.output<typeof shapes.deleteDataRepositoryAssociation>): Promise<object> {
    const association = this.#getIdle(request.AssociationId);
    await this.#release([association]);
    if (this.environment.deletesAtOnce) {
      this.#all.delete(association.id);
      throw new FsxFault('DataRepositoryAssociationNotFound', `Association '${association.id}' is deleted.`);
    }
    begin(association.lifecycle, 'DELETING', { state: 'GONE', atMs: this.#end() });
    return {
      AssociationId: association.id,
      DeleteDataInFileSystem: request.DeleteDataInFileSystem,
      Lifecycle: 'DELETING',
    };
  }

  #get(id: string): Association {
    const association = this.list().find((candidate) => candidate.id === id);
    if (association === undefined)
      throw new FsxFault('DataRepositoryAssociationNotFound', `Data repository association '${id}' does not exist.`);
    return association;
  }

  /** For the end of a file system, with which its associations end. */
  async releaseBuckets(fileSystemId: string): Promise<void> {
    await this.#release(this.of(fileSystemId));
  }

  /** FSx's notification goes with the last association that imports from a bucket. */
  async #release(ending: readonly Association[]): Promise<void> {
    const importedBy = (associations: readonly Association[]) =>
      new Set(associations.filter(({ s3 }) => imports(s3)).map((each) => bucketOf(each.dataRepositoryPath)));
    const staying = importedBy(this.list().filter((association) => !ending.includes(association)));
    for (const bucket of importedBy(ending))
      if (!staying.has(bucket)) await this.environment.upstream.removeNotification(bucket);
  }

  /** FSx looks at its buckets all the time; here it does when somebody asks. */
  async #lookAtBucket(association: Association): Promise<void> {
    if (association.lifecycle.state !== 'AVAILABLE') return;
    const { upstream } = this.environment;
    const fault = await upstream.bucketFault(bucketOf(association.dataRepositoryPath), imports(association.s3));
    if (fault === undefined || association.lifecycle.state !== 'AVAILABLE') return;
    association.lifecycle.state = 'MISCONFIGURED';
    association.failure = fault;
  }

  #getIdle(id: string): Association {
    const association = this.#get(id);
    const busy = this.of(association.fileSystemId).find(({ lifecycle }) => isInTransition(lifecycle));
    demand(
      busy === undefined,
      `A request on data repository association '${busy?.id}' is in progress: one at a time on a file system.`,
    );
    return association;
  }

  #end(): number {
    return this.environment.now() + this.environment.transitionMs;
  }
}

function bucketOf(dataRepositoryPath: string): string {
  return /^s3:\/\/([^/]+)/.exec(dataRepositoryPath)?.[1] ?? '';
}

function imports({ AutoImportPolicy }: Association['s3']): boolean {
  return (AutoImportPolicy?.Events ?? []).length > 0;
}

function describe(association: Association, accountId: string): object {
  const { lifecycle, failure } = association;
  return {
    AssociationId: association.id,
    ResourceARN: association.arn,
    OwnerId: accountId,
    FileSystemId: association.fileSystemId,
    FileSystemPath: association.fileSystemPath,
    DataRepositoryPath: association.dataRepositoryPath,
    BatchImportMetaDataOnCreate: association.batchImport,
    ImportedFileChunkSize: association.chunkSize,
    S3: association.s3,
    Lifecycle: lifecycle.state,
    ...(failure !== undefined &&
      ['FAILED', 'MISCONFIGURED'].includes(lifecycle.state) && { FailureDetails: { Message: failure } }),
    CreationTime: association.createdAtSeconds,
    Tags: tagList(association.tags),
  };
}
