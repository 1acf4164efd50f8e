/**
 * One stack with everything of a migration: network, storage and host (docs/adr/0001-one-stack.md says why one). It
 * composes the constructs and owns what they share: the provider, the tags, the names, the order.
 */
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { LocalBackend, TerraformElement, TerraformStack } from 'cdktf';
import type { Construct, Node } from 'constructs';
import { parseDataRepository } from '../config/data-repository';
import type { Migration } from '../config/schema';
import { Account } from './account';
import { Associations } from './associations';
import { Bucket } from './bucket';
import { literal } from './expression';
import { FileSystem } from './file-system';
import { HandOver } from './hand-over';
import { Host } from './host';
import { InstanceRole } from './instance-role';
import { LogGroup } from './log-group';
import { Network } from './network';
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
    new LocalBackend(this, { path: props.statePath });
    new AwsProvider(this, 'aws', {
      region,
      defaultTags: [{ tags: { ...migration.tags, project: 'sluice', migration: name } }],
    });
    const account = new Account(this, 'account', region);
    const network = new Network(this, 'network', { prefix, region, settings: migration.network });
    const groups = new SecurityGroups(this, 'security_groups', {
      prefix,
      vpcId: network.vpcId,
      operatorCidrs: migration.network.operatorCidrs,
      allowSshFromAnywhere: migration.network.allowSshFromAnywhere,
      source: migration.source,
    });
    const buckets = createBuckets(this, migration);
    const logGroup = new LogGroup(this, 'log_group', { name: settings.logGroup ?? `/aws/fsx/${name}` });
    const fileSystem = new FileSystem(this, 'file_system', {
      name: prefix,
      settings,
      subnetId: network.subnetId,
      securityGroupId: groups.lustreId,
      securityGroupRules: groups.lustreRules,
      logGroupArn: logGroup.arn,
    });
    const associations = new Associations(this, 'associations', {
      prefix,
      fileSystemId: fileSystem.fileSystemId,
      settings: settings.associations,
      buckets,
    });
    const role = new InstanceRole(this, 'instance_role', {
      name: `${prefix}-${region}`,
      credentials: migration.source.credentials,
      account,
    });
    const host = new Host(this, 'host', {
      prefix,
      settings: migration.host,
      subnetId: network.subnetId,
      securityGroupIds: [groups.hostId, groups.lustreId],
      profileName: role.profileName,
      needsPublicAddress: migration.network.mode === 'create',
    });
    new HandOver(this, 'outputs', {
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
      hosts: [
        {
          name: host.hostName,
          instance_id: host.instanceId,
          address: host.address,
          private_address: host.privateAddress,
          username: host.username,
        },
      ],
    });
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

/** One bucket a name, however many associations share it. */
function createBuckets(scope: Construct, { buckets, fileSystem, region }: Migration): ReadonlyMap<string, Bucket> {
  const importing = new Set(
    fileSystem.associations
      .filter(({ autoImport }) => autoImport.length > 0)
      .map(({ dataRepository }) => parseDataRepository(dataRepository)?.bucket),
  );
  return new Map(
    buckets.map((settings) => [
      settings.name,
      new Bucket(scope, `bucket_${settings.name}`, {
        ...settings,
        preventDestroy: fileSystem.preventDestroy,
        requiredRegion: importing.has(settings.name) ? region : undefined,
      }),
    ]),
  );
}
