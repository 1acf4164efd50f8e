/** `sluice doctor aws` of a network that is right, then with every fault planted in it, one at a time. */
import {
  AllocateAddressCommand,
  AssociateDhcpOptionsCommand,
  CreateDhcpOptionsCommand,
  CreateNatGatewayCommand,
  CreateNetworkAclEntryCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DeleteRouteCommand,
  DescribeNetworkAclsCommand,
  type EC2Client,
  ModifyVpcAttributeCommand,
  ReplaceRouteCommand,
} from '@aws-sdk/client-ec2';
import { useAwsDoctor } from '../../helpers/aws-doctor';
import { motoNeed } from '../../helpers/aws-local';
import type { Sections } from '../../helpers/config-text';
import { type ExistingNetwork, ec2In } from '../../helpers/existing-network';
import { describeWith } from '../../helpers/needs';

interface Fault {
  readonly what: string;
  /** Resolves with the configuration that meets it. */
  readonly plant: (ec2: EC2Client, network: ExistingNetwork) => Promise<Sections>;
  readonly check: string;
  readonly status?: 'problem' | 'unknown';
  readonly detail: RegExp;
  readonly cure: RegExp;
}

const everywhere = '0.0.0.0/0';

async function natGateway(ec2: EC2Client, { subnetId }: ExistingNetwork, type: 'public' | 'private' = 'public') {
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const command = new CreateNatGatewayCommand({
    SubnetId: subnetId,
    ConnectivityType: type,
    ...(type === 'public' && { AllocationId }),
  });
  return (await ec2.send(command)).NatGateway!.NatGatewayId!;
}

async function routeThroughNat(ec2: EC2Client, network: ExistingNetwork, type?: 'public' | 'private') {
  const NatGatewayId = await natGateway(ec2, network, type);
  const { routeTableId: RouteTableId } = network;
  await ec2.send(new ReplaceRouteCommand({ RouteTableId, DestinationCidrBlock: everywhere, NatGatewayId }));
}

async function routeElsewhere(ec2: EC2Client, network: ExistingNetwork) {
  const NatGatewayId = await natGateway(ec2, network);
  const { routeTableId: RouteTableId } = network;
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '198.51.100.0/24', NatGatewayId }));
}

async function noWayOut(ec2: EC2Client, { routeTableId }: ExistingNetwork) {
  await ec2.send(new DeleteRouteCommand({ RouteTableId: routeTableId, DestinationCidrBlock: everywhere }));
}

async function denyInAcl(
  ec2: EC2Client,
  { subnetId }: ExistingNetwork,
  rule: { egress: boolean; from: number; to: number },
) {
  const acls = await ec2.send(
    new DescribeNetworkAclsCommand({ Filters: [{ Name: 'association.subnet-id', Values: [subnetId] }] }),
  );
  await ec2.send(
    new CreateNetworkAclEntryCommand({
      NetworkAclId: acls.NetworkAcls![0]!.NetworkAclId!,
      RuleNumber: 10,
      Protocol: '6',
      RuleAction: 'deny',
      Egress: rule.egress,
      CidrBlock: everywhere,
      PortRange: { From: rule.from, To: rule.to },
    }),
  );
}

const withoutElasticIp = '\n  elasticIp: false';

const faults: readonly Fault[] = [
  {
    what: 'a VPC that is not there',
    plant: async (_, { sections, vpcId }) => replaced(sections(), vpcId, 'vpc-0123456789abcdef0'),
    check: 'VPC',
    detail: /there is no vpc-0123456789abcdef0 in us-east-1/,
    cure: /network\.vpcId to one of .*vpc-/,
  },
  {
    what: 'DNS support off',
    plant: async (ec2, { vpcId, sections }) => {
      await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsSupport: { Value: false } }));
      return sections();
    },
    check: 'DNS support',
    detail: /^off/,
    cure: /modify-vpc-attribute --vpc-id vpc-\w+ --enable-dns-support/,
  },
  {
    what: 'DNS hostnames off',
    plant: async (ec2, { vpcId, sections }) => {
      await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: false } }));
      return sections();
    },
    check: 'DNS hostnames',
    detail: /^off/,
    cure: /--enable-dns-hostnames/,
  },
  {
    what: "DNS servers that are not the VPC's own",
    plant: async (ec2, { vpcId, sections }) => {
      const own = [{ Key: 'domain-name-servers', Values: ['10.0.0.53'] }];
      const { DhcpOptions } = await ec2.send(new CreateDhcpOptionsCommand({ DhcpConfigurations: own }));
      const id = DhcpOptions!.DhcpOptionsId!;
      await ec2.send(new AssociateDhcpOptionsCommand({ VpcId: vpcId, DhcpOptionsId: id }));
      return sections();
    },
    check: 'DNS servers',
    status: 'unknown',
    detail: /10\.0\.0\.53/,
    cure: /forward amazonaws\.com/,
  },
  {
    what: 'a subnet that is not there',
    plant: async (_, { sections, subnetId }) => replaced(sections(), subnetId, 'subnet-0123456789abcdef0'),
    check: 'subnet',
    detail: /there is no subnet-0123456789abcdef0/,
    cure: /network\.subnetId/,
  },
  {
    what: 'a subnet of another VPC',
    plant: async (ec2, { sections, vpcId }) => {
      const other = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.8.0.0/16' }))).Vpc!.VpcId!;
      await ec2.send(new ModifyVpcAttributeCommand({ VpcId: other, EnableDnsHostnames: { Value: true } }));
      return replaced(sections(), vpcId, other);
    },
    check: 'subnet',
    detail: /is of vpc-\w+, not of vpc-/,
    cure: /set network\.vpcId: vpc-/,
  },
  {
    what: 'a subnet that is too small',
    plant: async (ec2, { sections, vpcId, subnetId }) => {
      const command = new CreateSubnetCommand({
        VpcId: vpcId,
        CidrBlock: '10.9.2.0/28',
        AvailabilityZone: 'us-east-1a',
      });
      const small = (await ec2.send(command)).Subnet!.SubnetId!;
      return replaced(sections({ host: '\n  count: 12' }), subnetId, small);
    },
    check: 'free addresses',
    detail: /^11 in subnet-\w+; file system and hosts need 14/,
    cure: /larger subnet/,
  },
  {
    what: 'no route to the internet',
    plant: async (ec2, network) => {
      await noWayOut(ec2, network);
      return network.sections();
    },
    check: 'route to the source',
    detail: /has no route to the internet, for sftp\.vendor\.example/,
    cure: /NAT gateway/,
  },
  {
    what: 'an internet gateway, and hosts without public addresses',
    plant: async (_, { sections }) => sections({ host: withoutElasticIp }),
    check: 'route to the source',
    detail: /no public address/,
    cure: /host\.elasticIp: true/,
  },
  {
    what: 'a NAT gateway, and hosts with Elastic IPs that nobody sees',
    plant: async (ec2, network) => {
      await routeThroughNat(ec2, network);
      return network.sections();
    },
    check: 'route to the source',
    detail: /the source sees \d+\./,
    cure: /host\.elasticIp: false/,
  },
  {
    what: 'a NAT gateway that does not lead to the internet',
    plant: async (ec2, network) => {
      await routeThroughNat(ec2, network, 'private');
      return network.sections({ host: withoutElasticIp });
    },
    check: 'route to the source',
    detail: /is private/,
    cure: /public NAT gateway/,
  },
  {
    what: 'an ACL that lets nothing out to the source',
    plant: async (ec2, network) => {
      await denyInAcl(ec2, network, { egress: true, from: 22, to: 22 });
      return network.sections();
    },
    check: 'network ACL',
    detail: /nothing out to TCP 22 of sftp\.vendor\.example/,
    cure: /--egress/,
  },
  {
    what: 'a name that has no way by the default route, and perhaps another one',
    plant: async (ec2, network) => {
      await routeElsewhere(ec2, network);
      await noWayOut(ec2, network);
      return network.sections();
    },
    check: 'route to the source',
    status: 'unknown',
    detail: /no route to the internet.*; unless its address lies in 198\.51\.100\.0\/24, through nat-/,
    cure: /add a route for 0\.0\.0\.0\/0/,
  },
  {
    what: "an ACL that drops the source's answers",
    plant: async (ec2, network) => {
      await denyInAcl(ec2, network, { egress: false, from: 50_000, to: 65_535 });
      return network.sections();
    },
    check: 'network ACL',
    detail: /drops what comes back/,
    cure: /--ingress/,
  },
  {
    what: 'no way to S3',
    plant: async (ec2, { vpcId, subnetId, sections }) => {
      // It has the main route table, which leads nowhere.
      const command = new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '10.9.3.0/24' });
      return replaced(sections(), subnetId, (await ec2.send(command)).Subnet!.SubnetId!);
    },
    check: 'S3 endpoint',
    detail: /no package repository/,
    cure: /create-vpc-endpoint .*com\.amazonaws\.us-east-1\.s3 --route-table-ids rtb-/,
  },
  {
    what: 'no way to the AWS APIs that hosts call',
    plant: async (ec2, network) => {
      await noWayOut(ec2, network);
      return {
        ...network.sections({ host: '\n  sessionManager: true' }),
        alarms: 'alarms: { emails: [op@example.com] }',
      };
    },
    check: 'AWS APIs',
    detail: /no way to secretsmanager, ssm, ssmmessages, monitoring/,
    cure: /com\.amazonaws\.us-east-1\.ssmmessages/,
  },
  {
    what: 'an endpoint that nobody finds by name',
    plant: async (ec2, network) => {
      await noWayOut(ec2, network);
      const ServiceName = 'com.amazonaws.us-east-1.secretsmanager';
      const { vpcId: VpcId, subnetId } = network;
      const about = { VpcEndpointType: 'Interface', PrivateDnsEnabled: false } as const;
      await ec2.send(new CreateVpcEndpointCommand({ VpcId, ServiceName, SubnetIds: [subnetId], ...about }));
      return network.sections();
    },
    check: 'AWS APIs',
    detail: /no way to secretsmanager: .* no endpoint with private DNS/,
    cure: /com\.amazonaws\.us-east-1\.secretsmanager .*private DNS/,
  },
];

function replaced(sections: Sections, from: string, to: string): Sections {
  return { ...sections, network: sections.network?.replace(from, to) ?? '' };
}

describeWith([motoNeed], 'doctor aws: an existing network', () => {
  const doctor = useAwsDoctor();
  const ec2 = ec2In();
  afterAll(() => ec2.destroy());

  test('that is right: every check is good, and says what it saw', async () => {
    const { code, stdout, stderr } = await doctor.run(doctor.network().sections());
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^AWS us-east-1\n {2}ok {7}region/);
    expect(stdout).toMatch(/ok +free addresses +\d+; file system and hosts need 3/);
    expect(stdout).toMatch(/ok +S3 endpoint +vpce-/);
    expect(stdout).toMatch(/all 23 checks are good\n$/);
    expect(code).toBe(0);
  });

  test('with a route to somewhere else besides is right too', async () => {
    await routeElsewhere(ec2, doctor.network());
    expect(await doctor.complaints(doctor.network().sections())).toEqual([]);
  });

  test('behind a NAT gateway, without public addresses, is right too', async () => {
    await routeThroughNat(ec2, doctor.network());
    expect(await doctor.complaints(doctor.network().sections({ host: withoutElasticIp }))).toEqual([]);
  });

  test.each(faults)('$what', async ({ plant, check, status = 'problem', detail, cure }) => {
    const sections = await plant(ec2, doctor.network());
    const found = (await doctor.complaints(sections)).find((finding) => finding.check === check);
    expect(found).toMatchObject({
      status,
      detail: expect.stringMatching(detail),
      cure: expect.stringMatching(cure),
    });
  });
});
