/** `sluice doctor aws` of ways to the source, to S3 and to AWS's APIs that are right, then with every fault planted in them, one at a time. */
import {
  AllocateAddressCommand,
  CreateNatGatewayCommand,
  CreateNetworkAclEntryCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateVpcEndpointCommand,
  DeleteRouteCommand,
  DescribeNetworkAclsCommand,
  type EC2Client,
  ReplaceRouteCommand,
} from '@aws-sdk/client-ec2';
import { inAnotherNetwork, type NetworkFault, testFaults, useAwsDoctor } from '../../helpers/aws-doctor';
import { motoNeed } from '../../helpers/aws-local';
import type { ExistingNetwork } from '../../helpers/existing-network';
import { describeWith } from '../../helpers/needs';

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

const faults: readonly NetworkFault[] = [
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
      return inAnotherNetwork(sections(), subnetId, (await ec2.send(command)).Subnet!.SubnetId!);
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

describeWith([motoNeed], 'doctor aws: the ways out of an existing network', () => {
  const doctor = useAwsDoctor();
  const { ec2 } = doctor;

  test('with a route to somewhere else besides is right too', async () => {
    await routeElsewhere(ec2, doctor.network());
    expect(await doctor.complaints(doctor.network().sections())).toEqual([]);
  });

  test('behind a NAT gateway, without public addresses, is right too', async () => {
    await routeThroughNat(ec2, doctor.network());
    expect(await doctor.complaints(doctor.network().sections({ host: withoutElasticIp }))).toEqual([]);
  });

  testFaults(doctor, faults);
});
