/**
 * One stack with everything of a migration: network, storage and host (docs/adr/0001-one-stack.md says why one). It
 * composes the constructs and owns what they share: the provider, the tags, the names, the order.
 */
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { TerraformElement, TerraformStack } from 'cdktf';
import type { Construct, Node } from 'constructs';
import { parseDataRepository } from '../config/data-repository';
import type { Migration } from '../config/schema';
import { Account } from './account';
import { Alarms } from './alarms';
import { Associations } from './associations';
import { configureBackend } from './backend';
import { Bucket, bucketScope } from './bucket';
import { Budget } from './budget';
import { literal } from './expression';
import { FileSystem } from './file-system';
import { HandOver } from './hand-over';
import { Hosts } from './hosts';
import { InstanceRole } from './instance-role';
import { fileSystemKeyId, Key } from './key';
import { LogGroup } from './log-group';
import { Network } from './network';
import type { Outputs } from './outputs';
import { SecurityGroups } from './security-groups';

export interface MigrationStackProps {
  readonly migration: Migration;
  /** Of the local backend, relative to the stack's folder. */
  readonly statePath: string;
}

export class MigrationStack extends TerraformStack {
  constructor(scope: Construct, props: MigrationStackProps) {
    super(scope, props.migration.name);
    const migration = literal(props.migration);
    const { name, region, fileSystem: settings } = migration;
    const prefix = `sluice-${name}`;
    configureBackend(this, { migration, statePath: props.statePath });
    const defaultTags = [{ tags: { ...migration.tags, project: 'sluice', migration: name } }];
    new AwsProvider(this, 'aws', { region, defaultTags });
    const account = new Account(this, 'account', region);
    const network = new Network(this, 'network', { prefix, region, settings: migration.network });
    const groups = new SecurityGroups(this, 'security_groups', {
      prefix,
      vpcId: network.vpcId,
      operatorCidrs: migration.network.operatorCidrs,
      allowSshFromAnywhere: migration.network.allowSshFromAnywhere,
      efa: settings.efa,
      source: migration.source,
    });
    const logGroup = new LogGroup(this, 'log_group', { name: settings.logGroup ?? `/aws/fsx/${name}` });
    const fileSystem = new FileSystem(this, 'file_system', {
      name: prefix,
      settings,
      subnetId: network.subnetId,
      securityGroupId: groups.lustreId,
      securityGroupRules: groups.lustreRules,
      logGroupArn: logGroup.arn,
      kmsKeyArn: fileSystemKey(this, { name, settings, account }),
    });
    const buckets = createBuckets(this, migration, { account, defaultTags });
    const associations = new Associations(this, 'associations', {
      prefix,
      fileSystemId: fileSystem.fileSystemId,
      settings: settings.associations,
      buckets,
    });
    const role = new InstanceRole(this, 'instance_role', {
      name: `${prefix}-${region}`,
      credentials: migration.source.credentials,
      sessionManager: migration.host.sessionManager,
      putsMetrics: migration.alarms !== undefined,
      region,
      account,
    });
    const isPublic = migration.network.mode === 'create' && migration.network.access === 'public';
    const hosts = new Hosts(this, 'host', {
      prefix,
      settings: migration.host,
      subnetId: network.subnetId,
      securityGroupIds: [groups.hostId, groups.lustreId],
      profileName: role.profileName,
      needsPublicAddress: isPublic,
      dependsOn: network.ready,
    });
    if (migration.alarms !== undefined)
      new Alarms(this, 'alarms', {
        prefix,
        migration: name,
        settings: migration.alarms,
        account,
        fileSystemId: fileSystem.fileSystemId,
        storageCapacityGiB: settings.storageCapacityGiB,
        isExported: settings.associations.some(({ autoExport }) => autoExport.length > 0),
        logGroupName: logGroup.logGroupName,
        hosts: hosts.all,
      });
    if (migration.budget !== undefined)
      new Budget(this, 'budget', { name: prefix, migration: name, settings: migration.budget });
    const created = { fileSystem, associations, buckets, logGroup, network, hosts };
    new HandOver(this, 'outputs', handedOver(migration, created));
  }

  /**
   * Addresses that people can read in a plan (`aws_subnet.network_subnet`), and that stay the same when a file moves:
   * the path of ids, without the hash that cdktf adds. A construct's main resource is called `Default` and takes the
   * construct's own name.
   */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    const ids = node.scopes.slice(node.scopes.indexOf(this) + 1).map((scope) => scope.node.id);
    return ids
      .filter((id) => id !== 'Default')
      .join('_')
      .replaceAll('.', '_');
  }
}

interface FileSystemKeyProps {
  readonly name: string;
  readonly settings: Migration['fileSystem'];
  readonly account: Account;
}

/** FSx grants itself the use of the key by the rights of whoever creates the file system: it needs no statement. */
function fileSystemKey(scope: Construct, { name, settings, account }: FileSystemKeyProps): string | undefined {
  const { kmsKey, preventDestroy } = settings;
  if (kmsKey !== 'create') return kmsKey;
  const description = 'The file system of a sluice migration';
  return new Key(scope, fileSystemKeyId, {
    alias: `sluice/file-system/${name}`,
    description,
    account,
    preventDestroy,
  }).arn;
}

interface BucketContext {
  readonly account: Account;
  readonly defaultTags: { readonly tags: Readonly<Record<string, string>> }[];
}

/** One bucket a name, however many associations share it; one provider for each region but the stack's. */
function createBuckets(
  scope: Construct,
  { buckets, fileSystem, region }: Migration,
  { account, defaultTags }: BucketContext,
): ReadonlyMap<string, Bucket> {
  const importing = new Set(
    fileSystem.associations
      .filter(({ autoImport }) => autoImport.length > 0)
      .map(({ dataRepository }) => parseDataRepository(dataRepository)?.bucket),
  );
  const regions = [...new Set(buckets.map((bucket) => bucket.region))].filter((other) => other !== region);
  const providers = new Map(
    regions.map((other) => [
      other,
      new AwsProvider(scope, `aws_${other}`, { region: other, alias: other, defaultTags }),
    ]),
  );
  return new Map(
    buckets.map((settings) => [
      settings.name,
      new Bucket(scope, bucketScope(settings.name), {
        ...settings,
        preventDestroy: fileSystem.preventDestroy,
        isImported: importing.has(settings.name),
        provider: providers.get(settings.region),
        account,
      }),
    ]),
  );
}

interface Created {
  readonly fileSystem: FileSystem;
  readonly associations: Associations;
  readonly buckets: ReadonlyMap<string, Bucket>;
  readonly logGroup: LogGroup;
  readonly network: Network;
  readonly hosts: Hosts;
}

function handedOver({ name, region, host: { elasticIp } }: Migration, created: Created): Outputs {
  const { fileSystem, associations, buckets, logGroup, network, hosts } = created;
  const elasticAddresses = elasticIp ? hosts.all.map(({ address }) => address) : [];
  return {
    name,
    region,
    file_system: {
      id: fileSystem.fileSystemId,
      dns_name: fileSystem.dnsName,
      mount_name: fileSystem.mountName,
      lustre_version: fileSystem.lustreVersion,
      port: 988,
    },
    associations: associations.all.map(({ id, fileSystemPath, dataRepositoryPath }) => ({
      id,
      file_system_path: fileSystemPath,
      data_repository_path: dataRepositoryPath,
    })),
    buckets: [...buckets.values()].map(({ bucketName }) => bucketName),
    log_group: logGroup.logGroupName,
    egress_addresses: network.natAddress === undefined ? elasticAddresses : [network.natAddress],
    hosts: hosts.all.map((host) => ({
      name: host.hostName,
      instance_id: host.instanceId,
      address: host.address,
      private_address: host.privateAddress,
      username: host.username,
    })),
  };
}
