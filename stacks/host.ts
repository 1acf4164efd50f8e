/**
 * An EC2 instance that mounts the file system and pulls. It boots as Amazon made it, without user data: what runs on
 * it is the provisioner's business. IMDSv2 only, an encrypted root volume, and a public address where the source has
 * to see one: an Elastic IP, which a replaced host inherits.
 */
import { Eip } from '@cdktf/provider-aws/lib/eip';
import { EipAssociation } from '@cdktf/provider-aws/lib/eip-association';
import { Instance } from '@cdktf/provider-aws/lib/instance';
import type { DataResource, ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { loginOf } from '../config/lustre';
import type { Migration } from '../config/schema';

type HostSettings = Migration['host'];

export interface HostProps {
  readonly name: string;
  readonly settings: HostSettings;
  readonly ami: string;
  /** Replaces the host when it changes. */
  readonly imageChoice: DataResource;
  readonly keyName: string;
  readonly subnetId: string;
  readonly securityGroupIds: readonly string[];
  readonly profileName: string;
  /** True where the subnet leads to the internet only with a public address on the host. */
  readonly needsPublicAddress: boolean;
  readonly dependsOn: readonly ITerraformDependable[];
}

export class Host extends Construct {
  readonly hostName: string;
  readonly instanceId: string;
  /** Where operators reach it: the public address, or the private one where it has no other. */
  readonly address: string;
  readonly privateAddress: string;
  readonly username: string;

  constructor(scope: Construct, id: string, props: HostProps) {
    super(scope, id);
    const { name, settings, imageChoice } = props;
    this.hostName = name;
    this.username = loginOf(settings.os);
    const instance = new Instance(this, 'Default', {
      ami: props.ami,
      instanceType: settings.instanceType,
      subnetId: props.subnetId,
      vpcSecurityGroupIds: [...props.securityGroupIds],
      iamInstanceProfile: props.profileName,
      keyName: props.keyName,
      metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
      rootBlockDevice: {
        encrypted: true,
        volumeType: 'gp3',
        volumeSize: settings.rootVolumeGiB,
        deleteOnTermination: true,
        tags: { Name: name },
      },
      ...market(settings),
      // Stated only where it must be true: beside an Elastic IP, EC2 reports true, which would read as a change.
      ...(!settings.elasticIp && props.needsPublicAddress && { associatePublicIpAddress: true }),
      tags: { Name: name },
      dependsOn: [...props.dependsOn],
      lifecycle: {
        ignoreChanges: ['ami'],
        replaceTriggeredBy: [`${imageChoice.terraformResourceType}.${imageChoice.friendlyUniqueId}`],
      },
    });
    this.instanceId = instance.id;
    this.privateAddress = instance.privateIp;
    if (settings.elasticIp) this.address = elasticAddress(this, instance, name);
    else this.address = props.needsPublicAddress ? instance.publicIp : instance.privateIp;
  }
}

/** A stopped host keeps its disk and its agent, and goes on when AWS starts it again; only a persistent request can do that. */
function market({ purchase }: HostSettings) {
  if (purchase === 'on-demand') return {};
  const spotOptions = { spotInstanceType: 'persistent', instanceInterruptionBehavior: 'stop' };
  return { instanceMarketOptions: { marketType: 'spot', spotOptions } };
}

function elasticAddress(scope: Construct, instance: Instance, name: string): string {
  const address = new Eip(scope, 'address', { domain: 'vpc', tags: { Name: name } });
  new EipAssociation(scope, 'address_association', { allocationId: address.id, instanceId: instance.id });
  return address.publicIp;
}
