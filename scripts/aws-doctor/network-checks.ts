/** An existing network: that it is there, that it resolves names, that it has room (FSx for Lustre user guide, "File system access control with Amazon VPC"). */
import { fileSystemAddresses } from '../../config/addresses';
import { partitionOf } from '../../config/regions';
import type { Migration } from '../../config/schema';
import { ok, problem } from '../../provision/diagnosis/check';
import { type AwsCheck, unanswered } from './check';

/** What the names of a VPC's own resolver are in DHCP options. */
const ownResolver = ['AmazonProvidedDNS', '169.254.169.253'];

export interface ExistingNetwork {
  readonly vpcId: string;
  readonly subnetId: string;
}

export function vpcChecks({ vpcId }: ExistingNetwork): readonly AwsCheck[] {
  const attribute = (name: string, attributeName: 'enableDnsSupport' | 'enableDnsHostnames'): AwsCheck => ({
    name,
    look: async ({ ec2 }) => {
      if ((await ec2.vpc(vpcId)) === undefined) return unanswered('there is no such VPC');
      if (await ec2.vpcAttribute(vpcId, attributeName)) return ok('on');
      return problem(
        `off: the name of the file system does not resolve in ${vpcId}`,
        `aws ec2 modify-vpc-attribute --vpc-id ${vpcId} --${attributeName === 'enableDnsSupport' ? 'enable-dns-support' : 'enable-dns-hostnames'}`,
      );
    },
  });
  return [
    {
      name: 'VPC',
      look: async ({ ec2, region }) => {
        const vpc = await ec2.vpc(vpcId);
        if (vpc !== undefined) return ok(`${vpcId}, ${vpc.CidrBlock}`);
        const others = (await ec2.vpcs()).map(({ VpcId, CidrBlock }) => `${VpcId} (${CidrBlock})`);
        return problem(
          `there is no ${vpcId} in ${region}`,
          `set network.vpcId to one of ${others.join(', ') || 'yours: the account has none here'}; or correct region`,
        );
      },
    },
    attribute('DNS support', 'enableDnsSupport'),
    attribute('DNS hostnames', 'enableDnsHostnames'),
    {
      name: 'DNS servers',
      look: async ({ ec2, region }) => {
        const options = (await ec2.vpc(vpcId))?.DhcpOptionsId;
        if (options === undefined) return unanswered('there is no such VPC');
        const servers = options === 'default' ? ownResolver.slice(0, 1) : await ec2.nameServers(options);
        if (servers.every((server) => ownResolver.includes(server))) return ok("the VPC's own");
        const { dnsSuffix } = partitionOf(region);
        return unanswered(
          `hosts ask ${servers.join(', ')}, which this command cannot: do they resolve fsx.${region}.${dnsSuffix}?`,
          `forward ${dnsSuffix} there to the VPC's resolver (its block's address + 2); then sluice doctor host tells`,
        );
      },
    },
  ];
}

export function subnetChecks({ vpcId, subnetId }: ExistingNetwork, migration: Migration): readonly AwsCheck[] {
  return [
    {
      name: 'subnet',
      look: async ({ ec2, region }) => {
        const subnet = await ec2.subnet(subnetId);
        if (subnet === undefined)
          return problem(`there is no ${subnetId} in ${region}`, 'correct network.subnetId, or region');
        if (subnet.VpcId !== vpcId)
          return problem(
            `${subnetId} is of ${subnet.VpcId}, not of ${vpcId}`,
            `set network.vpcId: ${subnet.VpcId}, or name a subnet of ${vpcId}`,
          );
        if (subnet.OutpostArn !== undefined || !/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/.test(subnet.AvailabilityZone ?? ''))
          return problem(
            `${subnetId} is in ${subnet.OutpostArn ?? subnet.AvailabilityZone}: FSx for Lustre is in availability zones only`,
            'name a subnet of an availability zone',
          );
        return ok(`${subnetId}, ${subnet.CidrBlock}, ${subnet.AvailabilityZone}`);
      },
    },
    {
      name: 'free addresses',
      look: async ({ ec2, fsx }) => {
        const free = (await ec2.subnet(subnetId))?.AvailableIpAddressCount;
        if (free === undefined) return unanswered('there is no such subnet');
        if ((await fsx.fileSystemOf(migration.name)) !== undefined) return ok(`${free}; the file system has its own`);
        const needed = fileSystemAddresses(migration.fileSystem) + migration.host.count;
        if (free >= needed) return ok(`${free}; file system and hosts need ${needed}`);
        return problem(
          `${free} in ${subnetId}; file system and hosts need ${needed}`,
          'name a larger subnet, or end what holds addresses of this one',
        );
      },
    },
  ];
}
