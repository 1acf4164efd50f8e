/** What the checks read of EC2 and VPC, one API call a question. Credentials and endpoint are those of the environment. */
import {
  DescribeAccountAttributesCommand,
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeDhcpOptionsCommand,
  DescribeImagesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeRegionsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
  type RouteTableAssociation,
} from '@aws-sdk/client-ec2';
import { stoppable } from '../aws/stoppable';
import { Asked, absent } from './asked';

/** Every method rejects with a SluiceError. */
export class Ec2Reader {
  readonly #client: EC2Client;
  /** Of a region that every account has: one that is not enabled knows no credentials. */
  readonly #home: EC2Client;
  readonly #asked = new Asked();

  constructor(
    readonly region: string,
    signal: AbortSignal,
  ) {
    this.#client = stoppable(new EC2Client({ region }), signal);
    this.#home = stoppable(new EC2Client({ region: homeOf(region) }), signal);
  }

  close(): void {
    this.#client.destroy();
    this.#home.destroy();
  }

  /** `opted-in`, `not-opted-in`, `opt-in-not-required`; undefined where EC2 knows no such region. */
  regionStatus() {
    return this.#asked.once('ec2:DescribeRegions', this.region, async () => {
      const command = new DescribeRegionsCommand({ RegionNames: [this.region], AllRegions: true });
      const { Regions } = await this.#home.send(command).catch(absent('InvalidParameterValue', { Regions: [] }));
      return Regions?.[0]?.OptInStatus;
    });
  }

  vpcs() {
    return this.#asked.once(
      'ec2:DescribeVpcs',
      '',
      async () => (await this.#client.send(new DescribeVpcsCommand({}))).Vpcs ?? [],
    );
  }

  async vpc(vpcId: string) {
    return (await this.vpcs()).find((vpc) => vpc.VpcId === vpcId);
  }

  vpcAttribute(vpcId: string, attribute: 'enableDnsSupport' | 'enableDnsHostnames') {
    return this.#asked.once('ec2:DescribeVpcAttribute', `${vpcId} ${attribute}`, async () => {
      const answer = await this.#client.send(new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute: attribute }));
      return (attribute === 'enableDnsSupport' ? answer.EnableDnsSupport : answer.EnableDnsHostnames)?.Value === true;
    });
  }

  /** The servers that hosts of a VPC are told to ask; `AmazonProvidedDNS` is the VPC's own. */
  nameServers(dhcpOptionsId: string) {
    return this.#asked.once('ec2:DescribeDhcpOptions', dhcpOptionsId, async () => {
      const command = new DescribeDhcpOptionsCommand({
        Filters: [{ Name: 'dhcp-options-id', Values: [dhcpOptionsId] }],
      });
      const { DhcpOptions = [] } = await this.#client.send(command);
      const servers = DhcpOptions[0]?.DhcpConfigurations?.find(({ Key }) => Key === 'domain-name-servers');
      return (servers?.Values ?? []).flatMap(({ Value }) => Value ?? []);
    });
  }

  subnet(subnetId: string) {
    return this.#asked.once('ec2:DescribeSubnets', subnetId, async () => {
      const command = new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: [subnetId] }] });
      return (await this.#client.send(command)).Subnets?.[0];
    });
  }

  /** The routes of the subnet's own table, else of its VPC's main one. */
  routeTable(subnetId: string, vpcId: string) {
    return this.#asked.once('ec2:DescribeRouteTables', `${subnetId} ${vpcId}`, async () => {
      const command = new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] });
      const { RouteTables = [] } = await this.#client.send(command);
      const whose = (match: (association: RouteTableAssociation) => boolean) =>
        RouteTables.find(({ Associations = [] }) => Associations.some(match));
      return whose(({ SubnetId }) => SubnetId === subnetId) ?? whose(({ Main }) => Main === true);
    });
  }

  natGateway(natGatewayId: string) {
    return this.#asked.once('ec2:DescribeNatGateways', natGatewayId, async () => {
      const command = new DescribeNatGatewaysCommand({ Filter: [{ Name: 'nat-gateway-id', Values: [natGatewayId] }] });
      return (await this.#client.send(command)).NatGateways?.[0];
    });
  }

  endpoints(vpcId: string) {
    return this.#asked.once('ec2:DescribeVpcEndpoints', vpcId, async () => {
      const command = new DescribeVpcEndpointsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] });
      return (await this.#client.send(command)).VpcEndpoints ?? [];
    });
  }

  networkAcl(subnetId: string) {
    return this.#asked.once('ec2:DescribeNetworkAcls', subnetId, async () => {
      const command = new DescribeNetworkAclsCommand({
        Filters: [{ Name: 'association.subnet-id', Values: [subnetId] }],
      });
      return (await this.#client.send(command)).NetworkAcls?.[0];
    });
  }

  /** By their names, which are unique within a VPC. */
  securityGroups(names: readonly string[], vpcId: string | undefined) {
    return this.#asked.once('ec2:DescribeSecurityGroups', `${names} ${vpcId}`, async () => {
      const inVpc = vpcId === undefined ? [] : [{ Name: 'vpc-id', Values: [vpcId] }];
      const command = new DescribeSecurityGroupsCommand({
        Filters: [{ Name: 'group-name', Values: [...names] }, ...inVpc],
      });
      return (await this.#client.send(command)).SecurityGroups ?? [];
    });
  }

  /** The region's own, without local and Wavelength zones. */
  zones() {
    return this.#asked.once('ec2:DescribeAvailabilityZones', '', async () => {
      const command = new DescribeAvailabilityZonesCommand({
        Filters: [{ Name: 'zone-type', Values: ['availability-zone'] }],
      });
      const { AvailabilityZones = [] } = await this.#client.send(command);
      return AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? []).sort();
    });
  }

  /** Zones of the region that offer the type. */
  zonesOffering(instanceType: string) {
    return this.#asked.once('ec2:DescribeInstanceTypeOfferings', instanceType, async () => {
      const command = new DescribeInstanceTypeOfferingsCommand({
        LocationType: 'availability-zone',
        Filters: [{ Name: 'instance-type', Values: [instanceType] }],
      });
      const { InstanceTypeOfferings = [] } = await this.#client.send(command);
      return InstanceTypeOfferings.flatMap(({ Location }) => Location ?? []).sort();
    });
  }

  image(imageId: string) {
    return this.#asked.once('ec2:DescribeImages', imageId, async () => {
      const command = new DescribeImagesCommand({ Filters: [{ Name: 'image-id', Values: [imageId] }] });
      return (await this.#client.send(command)).Images?.[0];
    });
  }

  addresses() {
    return this.#asked.once('ec2:DescribeAddresses', '', async () => {
      return (await this.#client.send(new DescribeAddressesCommand({}))).Addresses ?? [];
    });
  }

  /** How many Elastic IPs the account may have in the region; undefined where EC2 does not say. */
  elasticIpLimit() {
    return this.#asked.once('ec2:DescribeAccountAttributes', '', async () => {
      const command = new DescribeAccountAttributesCommand({});
      const { AccountAttributes = [] } = await this.#client.send(command);
      const limit = AccountAttributes.find(({ AttributeName }) => AttributeName === 'vpc-max-elastic-ips');
      const value = Number(limit?.AttributeValues?.[0]?.AttributeValue);
      return Number.isInteger(value) ? value : undefined;
    });
  }
}

/** A region of the same partition that is enabled in every account. */
function homeOf(region: string): string {
  if (region.startsWith('cn-')) return 'cn-north-1';
  return region.startsWith('us-gov-') ? 'us-gov-west-1' : 'us-east-1';
}
