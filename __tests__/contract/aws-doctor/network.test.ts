/** `sluice doctor aws` of a network that is right, then with every fault planted in its VPC and its subnet, one at a time. */
import {
  AssociateDhcpOptionsCommand,
  CreateDhcpOptionsCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import { inAnotherNetwork, type NetworkFault, testFaults, useAwsDoctor } from '../../helpers/aws-doctor';
import { motoNeed } from '../../helpers/aws-local';
import { describeWith } from '../../helpers/needs';

const faults: readonly NetworkFault[] = [
  {
    what: 'a VPC that is not there',
    plant: async (_, { sections, vpcId }) => inAnotherNetwork(sections(), vpcId, 'vpc-0123456789abcdef0'),
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
    plant: async (_, { sections, subnetId }) => inAnotherNetwork(sections(), subnetId, 'subnet-0123456789abcdef0'),
    check: 'subnet',
    detail: /there is no subnet-0123456789abcdef0/,
    cure: /network\.subnetId/,
  },
  {
    what: 'a subnet of another VPC',
    plant: async (ec2, { sections, vpcId }) => {
      const other = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.8.0.0/16' }))).Vpc!.VpcId!;
      await ec2.send(new ModifyVpcAttributeCommand({ VpcId: other, EnableDnsHostnames: { Value: true } }));
      return inAnotherNetwork(sections(), vpcId, other);
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
      return inAnotherNetwork(sections({ host: '\n  count: 12' }), subnetId, small);
    },
    check: 'free addresses',
    detail: /^11 in subnet-\w+; file system and hosts need 14/,
    cure: /larger subnet/,
  },
];

describeWith([motoNeed], 'doctor aws: an existing network', () => {
  const doctor = useAwsDoctor();

  test('that is right: every check is good, and says what it saw', async () => {
    const { code, stdout, stderr } = await doctor.run(doctor.network().sections());
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^AWS us-east-1\n {2}ok {7}region/);
    expect(stdout).toMatch(/ok +free addresses +\d+; file system and hosts need 3/);
    expect(stdout).toMatch(/ok +S3 endpoint +vpce-/);
    expect(stdout).toMatch(/all 26 checks are good\n$/);
    expect(code).toBe(0);
  });

  testFaults(doctor, faults);
});
