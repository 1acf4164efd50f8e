/**
 * The network that file system and hosts share: a VPC with one subnet and an S3 gateway endpoint, or a subnet that
 * exists. One subnet, so that the hosts are in the file system's zone (traffic across zones is billed).
 *
 * A public network routes to the internet; its hosts have public addresses. A private one routes through a NAT gateway in
 * a small subnet of its own, whose fixed address is all that the source sees. Where the VPC is larger than a /24, both
 * have the hosts' subnet in the same place: going private changes routes, and replaces no file system.
 */
import { DataAwsSubnet } from '@cdktf/provider-aws/lib/data-aws-subnet';
import { DataAwsVpc } from '@cdktf/provider-aws/lib/data-aws-vpc';
import { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group';
import { Eip } from '@cdktf/provider-aws/lib/eip';
import { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway';
import { NatGateway } from '@cdktf/provider-aws/lib/nat-gateway';
import { Route } from '@cdktf/provider-aws/lib/route';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association';
import { Subnet } from '@cdktf/provider-aws/lib/subnet';
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { Migration } from '../config/schema';
import { expression } from './expression';
import { subnetBlocks } from './subnet-blocks';

type NetworkSettings = Migration['network'];

export interface NetworkProps {
  /** Prefix of the Name tags. */
  readonly prefix: string;
  readonly region: string;
  readonly settings: NetworkSettings;
}

/** What the other constructs need of a network, whichever form it has. */
export class Network extends Construct {
  readonly vpcId: string;
  readonly subnetId: string;
  /** The fixed public address of a private network; hosts of others have their own. */
  readonly natAddress: string | undefined;
  /** For `depends_on` of what needs the internet from its first minute. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const { settings } = props;
    const found = settings.mode === 'create' ? createNetwork(this, props, settings) : findNetwork(this, settings);
    this.vpcId = found.vpcId;
    this.subnetId = found.subnetId;
    this.natAddress = found.natAddress;
    this.ready = found.ready;
  }
}

type Handle = Pick<Network, 'vpcId' | 'subnetId' | 'natAddress' | 'ready'>;

function createNetwork(
  scope: Construct,
  { prefix, region }: NetworkProps,
  settings: Extract<NetworkSettings, { mode: 'create' }>,
): Handle {
  const isPrivate = settings.access === 'private';
  const blocks = subnetBlocks(settings.cidr, settings.access);
  const vpc = new Vpc(scope, 'vpc', {
    cidrBlock: settings.cidr,
    // The file system is mounted by its DNS name, which resolves only with both on.
    enableDnsSupport: true,
    enableDnsHostnames: true,
    tags: { Name: prefix },
  });
  // Adopts the group that every VPC is born with and leaves it without a rule.
  new DefaultSecurityGroup(scope, 'default_security_group', { vpcId: vpc.id, tags: { Name: `${prefix}-default` } });
  const subnet = new Subnet(scope, 'subnet', {
    vpcId: vpc.id,
    cidrBlock: blocks.hosts,
    mapPublicIpOnLaunch: false,
    tags: { Name: `${prefix}-${settings.access}` },
    ...(settings.availabilityZone === undefined ? {} : { availabilityZone: settings.availabilityZone }),
  });
  const gateway = new InternetGateway(scope, 'internet_gateway', { vpcId: vpc.id, tags: { Name: prefix } });
  const nat = isPrivate ? createNat(scope, { prefix, block: blocks.nat ?? '', subnet, gateway }) : undefined;
  const routes = new RouteTable(scope, 'route_table', {
    vpcId: vpc.id,
    tags: { Name: `${prefix}-${settings.access}` },
  });
  const outwards = new Route(scope, 'default_route', {
    routeTableId: routes.id,
    destinationCidrBlock: '0.0.0.0/0',
    ...(nat === undefined ? { gatewayId: gateway.id } : { natGatewayId: nat.id }),
  });
  const association = new RouteTableAssociation(scope, 'route_table_association', {
    routeTableId: routes.id,
    subnetId: subnet.id,
  });
  // Free of charge; the package repositories of Amazon Linux and the bucket are reached without leaving AWS.
  new VpcEndpoint(scope, 's3_endpoint', {
    vpcId: vpc.id,
    serviceName: `com.amazonaws.${region}.s3`,
    vpcEndpointType: 'Gateway',
    routeTableIds: [routes.id],
    tags: { Name: `${prefix}-s3` },
  });
  return { vpcId: vpc.id, subnetId: subnet.id, natAddress: nat?.publicIp, ready: [outwards, association] };
}

interface NatProps {
  readonly prefix: string;
  readonly block: string;
  /** The hosts'; the gateway lies in the same zone. */
  readonly subnet: Subnet;
  readonly gateway: InternetGateway;
}

function createNat(scope: Construct, { prefix, block, subnet, gateway }: NatProps): NatGateway {
  const name = `${prefix}-nat`;
  const own = new Subnet(scope, 'nat_subnet', {
    vpcId: subnet.vpcId,
    cidrBlock: block,
    availabilityZone: subnet.availabilityZone,
    mapPublicIpOnLaunch: false,
    tags: { Name: name },
  });
  const routes = new RouteTable(scope, 'nat_route_table', { vpcId: subnet.vpcId, tags: { Name: name } });
  const route = new Route(scope, 'nat_default_route', {
    routeTableId: routes.id,
    destinationCidrBlock: '0.0.0.0/0',
    gatewayId: gateway.id,
  });
  new RouteTableAssociation(scope, 'nat_route_table_association', { routeTableId: routes.id, subnetId: own.id });
  const address = new Eip(scope, 'nat_address', { domain: 'vpc', tags: { Name: name } });
  return new NatGateway(scope, 'nat_gateway', {
    allocationId: address.id,
    subnetId: own.id,
    tags: { Name: name },
    // Without a way out the gateway is created as failed.
    dependsOn: [route],
  });
}

/** Reads what exists, so that a plan fails where the API would only after minutes. */
function findNetwork(scope: Construct, settings: Extract<NetworkSettings, { mode: 'existing' }>): Handle {
  const vpc = new DataAwsVpc(scope, 'vpc', {
    id: settings.vpcId,
    lifecycle: {
      postcondition: [
        {
          condition: expression('self.enable_dns_support && self.enable_dns_hostnames'),
          errorMessage: `${settings.vpcId} must have DNS support and DNS hostnames on: the file system is mounted by its DNS name. Turn both on (aws ec2 modify-vpc-attribute).`,
        },
      ],
    },
  });
  const subnet = new DataAwsSubnet(scope, 'subnet', {
    id: settings.subnetId,
    lifecycle: {
      postcondition: [
        {
          condition: expression(`self.vpc_id == "${settings.vpcId}"`),
          errorMessage: `${settings.subnetId} is not a subnet of ${settings.vpcId}: correct network.subnetId or network.vpcId.`,
        },
      ],
    },
  });
  return { vpcId: vpc.id, subnetId: subnet.id, natAddress: undefined, ready: [] };
}
