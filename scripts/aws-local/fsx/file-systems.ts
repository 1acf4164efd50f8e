/** The file systems of the emulated account: created, described, updated, deleted, each taking its time. */
import type { z } from 'zod';
import { type FsxEnvironment, tagList, tagMap } from './environment';
import { demand, FsxFault } from './fault';
import {
  checkCapacity,
  checkCreation,
  checkMetadataUpdate,
  checkThroughput,
  type Kind,
  kindOf,
  versionOf,
} from './file-system-rules';
import { begin, isInTransition, type Lifecycle, settle } from './lifecycle';
import type { CreateFileSystem, DeleteFileSystem, describeFileSystems, UpdateFileSystem } from './shapes';

export interface FileSystem extends Kind {
  readonly id: string;
  readonly arn: string;
  readonly region: string;
  readonly version: string;
  readonly vpcId: string;
  readonly mountName: string;
  readonly createdAtSeconds: number;
  readonly lifecycle: Lifecycle<'CREATING' | 'AVAILABLE' | 'UPDATING' | 'DELETING'>;
  readonly tags: Map<string, string>;
  /** The creation request, with every later update applied. */
  settings: CreateFileSystem;
  /** When the last update was asked for, and for what. */
  update?: { readonly atSeconds: number; readonly values: object };
  /** When its capacity was last raised, and its throughput changed. */
  readonly scaledAtMs: Map<'Storage capacity' | 'Throughput', number>;
}

/** FSx for Lustre user guide, "Managing storage and throughput capacity": between two changes of one kind. */
const scalingPauseMs = 6 * 3_600_000;

/** Lustre's own, which FSx looks for in the security groups. */
const lnetPort = 988;
const networkMessage =
  'The file system cannot be created because the default security group in the subnet provided or the provided security groups do not permit Lustre LNET network traffic on port 988';

export class FileSystems {
  readonly #all = new Map<string, FileSystem>();

  constructor(private readonly environment: FsxEnvironment) {}

  /** @throws FsxFault FileSystemNotFound, also once a deletion has ended. */
  get(id: string): FileSystem {
    const fileSystem = this.#all.get(id);
    if (fileSystem !== undefined && settle(fileSystem.lifecycle, this.environment.now())) return fileSystem;
    this.#all.delete(id);
    throw new FsxFault('FileSystemNotFound', `File system '${id}' does not exist.`);
  }

  list(): readonly FileSystem[] {
    const now = this.environment.now();
    for (const [id, { lifecycle }] of this.#all) if (!settle(lifecycle, now)) this.#all.delete(id);
    return [...this.#all.values()];
  }

  async create(request: CreateFileSystem, region: string): Promise<object> {
    const repeated = this.list().find(
      ({ settings }) =>
        request.ClientRequestToken !== undefined && settings.ClientRequestToken === request.ClientRequestToken,
    );
    if (repeated !== undefined) return { FileSystem: this.#describe(repeated) };
    checkCreation(request);
    const { randomHex, accountId, upstream, transitionMs, now } = this.environment;
    const [subnetId = ''] = request.SubnetIds;
    const vpcId = await upstream.vpcOfSubnet(subnetId, region);
    demand(vpcId !== undefined, `The subnet ID '${subnetId}' does not exist.`);
    // Without groups FSx takes the VPC's default one, which is open within itself unless somebody closed it.
    const groups = request.SecurityGroupIds;
    if (groups.length > 0 && !(await upstream.isPortOpen(lnetPort, groups, region)))
      throw new FsxFault('InvalidNetworkSettings', networkMessage);
    const id = `fs-0${randomHex(16)}`;
    const kind = kindOf(request);
    const fileSystem: FileSystem = {
      ...kind,
      id,
      arn: `arn:aws:fsx:${region}:${accountId}:file-system/${id}`,
      region,
      version: versionOf(request),
      vpcId,
      mountName: kind.deploymentType === 'SCRATCH_1' ? 'fsx' : randomHex(8),
      createdAtSeconds: now() / 1000,
      lifecycle: { state: 'CREATING', next: { state: 'AVAILABLE', atMs: now() + transitionMs } },
      tags: tagMap(request.Tags),
      settings: request,
      scaledAtMs: new Map(),
    };
    this.#all.set(id, fileSystem);
    return { FileSystem: this.#describe(fileSystem) };
  }

  describe({ FileSystemIds }: z.output<typeof describeFileSystems>): object {
    const found = FileSystemIds?.length ? FileSystemIds.map((id) => this.get(id)) : this.list();
    return { FileSystems: found.map((fileSystem) => this.#describe(fileSystem)) };
  }

  update(request: UpdateFileSystem): object {
    const fileSystem = this.get(request.FileSystemId);
    const { settings } = fileSystem;
    this.#demandSettled(fileSystem);
    const { LustreConfiguration, StorageCapacity } = request;
    const throughput = LustreConfiguration.PerUnitStorageThroughput;
    if (StorageCapacity !== undefined) {
      demand(
        StorageCapacity > (settings.StorageCapacity ?? 0),
        `StorageCapacity ${StorageCapacity} must be greater than the current ${settings.StorageCapacity} GiB.`,
      );
      demand(
        fileSystem.deploymentType !== 'SCRATCH_1',
        'StorageCapacity of a SCRATCH_1 file system cannot be changed.',
      );
      checkCapacity(fileSystem, StorageCapacity, throughput ?? settings.LustreConfiguration.PerUnitStorageThroughput);
      demand(
        LustreConfiguration.MetadataConfiguration === undefined,
        'MetadataConfiguration and StorageCapacity cannot be changed at the same time.',
      );
    }
    if (throughput !== undefined) {
      demand(fileSystem.storageType === 'SSD', 'PerUnitStorageThroughput of an HDD file system cannot be changed.');
      demand(!fileSystem.efa, 'PerUnitStorageThroughput of an EFA-enabled file system cannot be changed.');
      checkThroughput(fileSystem, throughput);
    }
    checkMetadataUpdate(settings, LustreConfiguration.MetadataConfiguration);
    if (StorageCapacity !== undefined) this.#beginScaling(fileSystem, 'Storage capacity');
    if (throughput !== undefined) this.#beginScaling(fileSystem, 'Throughput');
    fileSystem.settings = {
      ...settings,
      ...(StorageCapacity !== undefined && { StorageCapacity }),
      LustreConfiguration: { ...settings.LustreConfiguration, ...defined(LustreConfiguration) },
    };
    fileSystem.update = {
      atSeconds: this.environment.now() / 1000,
      values: { ...(StorageCapacity !== undefined && { StorageCapacity }), LustreConfiguration },
    };
    begin(fileSystem.lifecycle, 'UPDATING', { state: 'AVAILABLE', atMs: this.#end() });
    return { FileSystem: this.#describe(fileSystem) };
  }

  #beginScaling({ scaledAtMs }: FileSystem, what: 'Storage capacity' | 'Throughput'): void {
    const now = this.environment.now();
    const last = scaledAtMs.get(what);
    demand(last === undefined || now - last >= scalingPauseMs, `${what} can be changed once in 6 hours.`);
    scaledAtMs.set(what, now);
  }

  /**
   * @param isLinked whether the file system has associations: then there is no final backup.
   * @throws FsxFault where it cannot be removed now.
   */
  demandRemovable(request: DeleteFileSystem, isLinked: boolean): void {
    this.#demandSettled(this.get(request.FileSystemId));
    demand(
      request.LustreConfiguration.SkipFinalBackup || !isLinked,
      'A final backup is not supported on a file system that is linked to a data repository.',
    );
  }

  /** Once it is removable. */
  remove(request: DeleteFileSystem): object {
    const fileSystem = this.get(request.FileSystemId);
    if (this.environment.deletesAtOnce) {
      this.#all.delete(fileSystem.id);
      throw new FsxFault('FileSystemNotFound', `File system '${fileSystem.id}' is deleted.`);
    }
    begin(fileSystem.lifecycle, 'DELETING', { state: 'GONE', atMs: this.#end() });
    return { FileSystemId: fileSystem.id, Lifecycle: 'DELETING' };
  }

  #end(): number {
    return this.environment.now() + this.environment.transitionMs;
  }

  #demandSettled({ id, lifecycle }: FileSystem): void {
    demand(!isInTransition(lifecycle), `File system '${id}' is ${lifecycle.state}; try again when it is AVAILABLE.`);
  }

  #describe(fileSystem: FileSystem): object {
    const { settings, lifecycle, update } = fileSystem;
    const { accountId } = this.environment;
    const persistent = fileSystem.deploymentType.startsWith('PERSISTENT');
    const actionStatus = isInTransition(lifecycle) ? 'IN_PROGRESS' : 'COMPLETED';
    return {
      OwnerId: accountId,
      CreationTime: fileSystem.createdAtSeconds,
      FileSystemId: fileSystem.id,
      FileSystemType: 'LUSTRE',
      FileSystemTypeVersion: fileSystem.version,
      Lifecycle: lifecycle.state,
      StorageCapacity: settings.StorageCapacity,
      StorageType: fileSystem.storageType,
      VpcId: fileSystem.vpcId,
      SubnetIds: settings.SubnetIds,
      NetworkInterfaceIds: [`eni-${fileSystem.id.slice(3)}`],
      DNSName: `${fileSystem.id}.fsx.${fileSystem.region}.amazonaws.com`,
      ...(persistent && { KmsKeyId: settings.KmsKeyId ?? serviceKey(fileSystem.region, accountId) }),
      ResourceARN: fileSystem.arn,
      Tags: tagList(fileSystem.tags),
      LustreConfiguration: {
        WeeklyMaintenanceStartTime: '7:02:00',
        AutomaticBackupRetentionDays: 0,
        CopyTagsToBackups: false,
        ...settings.LustreConfiguration,
        MountName: fileSystem.mountName,
      },
      AdministrativeActions:
        update === undefined
          ? []
          : [
              {
                AdministrativeActionType: 'FILE_SYSTEM_UPDATE',
                RequestTime: update.atSeconds,
                Status: actionStatus,
                TargetFileSystemValues: update.values,
              },
            ],
    };
  }
}

/** The account's `aws/fsx` key. */
function serviceKey(region: string, accountId: string): string {
  return `arn:aws:kms:${region}:${accountId}:key/00000000-0000-4000-8000-000000000000`;
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
