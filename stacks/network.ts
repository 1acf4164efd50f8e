/**
 * The network that file system and host share: a VPC with one public subnet and an S3 gateway endpoint, or a subnet
 * that exists. One subnet, so that the host is in the file system's zone (traffic across zones is billed).
 */
import { DataAwsSubnet } from '@cdktf/provider-aws/lib/data-aws-subnet';
import { DataAwsVpc } from '@cdktf/provider-aws/lib/data-aws-vpc';
import { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group';
import { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway';
import { Route } from '@cdktf/provider-aws/lib/route';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association';
import { Subnet } from '@cdktf/provider-aws/lib/subnet';
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint';
import { Construct } from 'constructs';
import type { Migration } from '../config/schema';
import { expression } from './expression';

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

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const { settings } = props;
    const { vpcId, subnetId } =
      settings.mode === 'create' ? createNetwork(this, props, settings) : findNetwork(this, settings);
    this.vpcId = vpcId;
    this.subnetId = subnetId;
  }
}

type Ids = Pick<Network, 'vpcId' | 'subnetId'>;

function createNetwork(
  scope: Construct,
  { prefix, region }: NetworkProps,
  settings: Extract<NetworkSettings, { mode: 'create' }>,
): Ids {
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
    cidrBlock: firstSubnet(settings.cidr),
    mapPublicIpOnLaunch: false,
    tags: { Name: `${prefix}-public` },
    ...(settings.availabilityZone === undefined ? {} : { availabilityZone: settings.availabilityZone }),
  });
  const gateway = new InternetGateway(scope, 'internet_gateway', { vpcId: vpc.id, tags: { Name: prefix } });
  const routes = new RouteTable(scope, 'route_table', { vpcId: vpc.id, tags: { Name: `${prefix}-public` } });
  new Route(scope, 'default_route', {
    routeTableId: routes.id,
    destinationCidrBlock: '0.0.0.0/0',
    gatewayId: gateway.id,
  });
  new RouteTableAssociation(scope, 'route_table_association', { routeTableId: routes.id, subnetId: subnet.id });
  // Free of charge; the package repositories of Amazon Linux and the bucket are reached without leaving AWS.
  new VpcEndpoint(scope, 's3_endpoint', {
    vpcId: vpc.id,
    serviceName: `com.amazonaws.${region}.s3`,
    vpcEndpointType: 'Gateway',
    routeTableIds: [routes.id],
    tags: { Name: `${prefix}-s3` },
  });
  return { vpcId: vpc.id, subnetId: subnet.id };
}

/** Reads what exists, so that a plan fails where the API would only after minutes. */
function findNetwork(scope: Construct, settings: Extract<NetworkSettings, { mode: 'existing' }>): Ids {
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
  return { vpcId: vpc.id, subnetId: subnet.id };
}

/** The first /24 of a block, or the whole of a smaller one: the rest stays free for later subnets. */
function firstSubnet(cidr: string): string {
  const [address, prefixLength] = cidr.split('/');
  return `${address}/${Math.max(24, Number(prefixLength))}`;
}
