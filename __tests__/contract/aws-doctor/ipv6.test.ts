/** `sluice doctor aws` of the way to a source with an IPv6 address, which has routes, ACL entries and addresses of its own. */
import {
  AssociateSubnetCidrBlockCommand,
  AssociateVpcCidrBlockCommand,
  CreateEgressOnlyInternetGatewayCommand,
  CreateNetworkAclEntryCommand,
  CreateRouteCommand,
  DescribeNetworkAclsCommand,
  type EC2Client,
  ModifySubnetAttributeCommand,
} from '@aws-sdk/client-ec2';
import { useAwsDoctor } from '../../helpers/aws-doctor';
import { motoNeed } from '../../helpers/aws-local';
import { source } from '../../helpers/config-text';
import type { ExistingNetwork } from '../../helpers/existing-network';
import { describeWith } from '../../helpers/needs';

async function addRoute(ec2: EC2Client, { vpcId, routeTableId }: ExistingNetwork): Promise<void> {
  const { EgressOnlyInternetGateway: gateway } = await ec2.send(
    new CreateEgressOnlyInternetGatewayCommand({ VpcId: vpcId }),
  );
  await ec2.send(
    new CreateRouteCommand({
      RouteTableId: routeTableId,
      DestinationIpv6CidrBlock: '::/0',
      EgressOnlyInternetGatewayId: gateway!.EgressOnlyInternetGatewayId!,
    }),
  );
}

/** @param assigned Whether hosts get one at their launch. */
async function addAddresses(ec2: EC2Client, network: ExistingNetwork, assigned: boolean): Promise<void> {
  const { vpcId: VpcId, subnetId: SubnetId } = network;
  const { Ipv6CidrBlockAssociation: given } = await ec2.send(
    new AssociateVpcCidrBlockCommand({ VpcId, AmazonProvidedIpv6CidrBlock: true }),
  );
  const Ipv6CidrBlock = given!.Ipv6CidrBlock!.replace(/\/\d+$/, '/64');
  await ec2.send(new AssociateSubnetCidrBlockCommand({ SubnetId, Ipv6CidrBlock }));
  await ec2.send(new ModifySubnetAttributeCommand({ SubnetId, AssignIpv6AddressOnCreation: { Value: assigned } }));
}

async function openAcl(ec2: EC2Client, { subnetId }: ExistingNetwork): Promise<void> {
  const filter = { Name: 'association.subnet-id', Values: [subnetId] };
  const { NetworkAcls } = await ec2.send(new DescribeNetworkAclsCommand({ Filters: [filter] }));
  const { NetworkAclId } = NetworkAcls![0]!;
  const open = { NetworkAclId, RuleNumber: 20, Protocol: '-1', RuleAction: 'allow', Ipv6CidrBlock: '::/0' } as const;
  for (const Egress of [true, false]) await ec2.send(new CreateNetworkAclEntryCommand({ ...open, Egress }));
}

describeWith([motoNeed], 'doctor aws: a source with an IPv6 address', () => {
  const doctor = useAwsDoctor();
  const { ec2 } = doctor;
  const sections = () => ({ ...doctor.network().sections(), ...source('host: "2001:db8::5"') });
  const complaint = (check: string) => doctor.complaint(check, sections());

  test('is reached where there is a way, and hosts get an address', async () => {
    await addRoute(ec2, doctor.network());
    await addAddresses(ec2, doctor.network(), true);
    await openAcl(ec2, doctor.network());
    const { code, stdout } = await doctor.run(sections());
    expect(stdout).toMatch(/ok +route to the source +through eigw-\w+: the source sees addresses of [\da-f:]+\/64\n/);
    expect(code).toBe(0);
  });

  test('without a route', async () => {
    expect(await complaint('route to the source')).toMatchObject({
      status: 'problem',
      detail: expect.stringMatching(/has no route to 2001:db8::5/),
      cure: expect.stringMatching(/::\/0 through an egress-only internet gateway/),
    });
  });

  test('from a subnet without IPv6', async () => {
    await addRoute(ec2, doctor.network());
    expect(await complaint('route to the source')).toMatchObject({
      status: 'problem',
      detail: expect.stringMatching(/through eigw-\w+, but subnet-\w+ has no IPv6 addresses/),
      cure: expect.stringMatching(/associate-subnet-cidr-block --subnet-id subnet-/),
    });
  });

  test('from a subnet that gives hosts no IPv6 address', async () => {
    await addRoute(ec2, doctor.network());
    await addAddresses(ec2, doctor.network(), false);
    expect(await complaint('route to the source')).toMatchObject({
      status: 'problem',
      detail: expect.stringMatching(/hosts of subnet-\w+ get no IPv6 address/),
      cure: expect.stringMatching(/--assign-ipv6-address-on-creation/),
    });
  });

  test('behind an ACL that is open to IPv4 only', async () => {
    expect(await complaint('network ACL')).toMatchObject({
      status: 'problem',
      detail: expect.stringMatching(/nothing out to TCP 22 of 2001:db8::5/),
    });
  });
});
