/**
 * Two security groups. `lustre` holds file system and hosts, and opens the Lustre ports within itself only, both ways;
 * `host` opens SSH from the operators' networks, and outwards: the source's port (to its address where the config
 * has one, to anywhere where it has a name), HTTPS and HTTP (AWS APIs, package repositories). DNS, time and instance
 * metadata of a VPC need no rule: security groups do not filter them.
 */

import { isIP } from 'node:net';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { parseCidr } from '../config/cidr';
import { lustrePorts } from '../config/lustre';
import { assertPolicy } from './policy';

/** Names of the two groups; they never change: AWS replaces a group for its name, and the file system with it. */
export function securityGroupNames(prefix: string) {
  return { lustre: `${prefix}-lustre`, host: `${prefix}-host` } as const;
}

export interface SecurityGroupsProps {
  /** Prefix of the groups' names. */
  readonly prefix: string;
  readonly vpcId: string;
  /** CIDR blocks that may reach port 22. */
  readonly operatorCidrs: readonly string[];
  /** Must be true before `operatorCidrs` may hold the whole internet. */
  readonly allowSshFromAnywhere: boolean;
  /** True: EFA clients, which need every protocol within the group, both ways. */
  readonly efa: boolean;
  readonly source: { readonly host: string; readonly port: number };
}

export class SecurityGroups extends Construct {
  readonly lustreId: string;
  /** FSx refuses a file system whose groups do not let Lustre through yet: these rules come first. */
  readonly lustreRules: readonly ITerraformDependable[];
  readonly hostId: string;

  constructor(scope: Construct, id: string, props: SecurityGroupsProps) {
    super(scope, id);
    for (const cidr of props.operatorCidrs)
      assertPolicy(
        props.allowSshFromAnywhere || !cidr.endsWith('/0'),
        `SSH from ${cidr} needs network.allowSshFromAnywhere: true`,
      );
    const names = securityGroupNames(props.prefix);
    // The descriptions never change either.
    const lustre = new SecurityGroup(this, 'lustre', {
      name: names.lustre,
      description: 'Lustre traffic between the file system and its clients',
      vpcId: props.vpcId,
      tags: { Name: names.lustre },
    });
    this.lustreRules = openLustre(this, lustre.id, props.efa);
    const host = new SecurityGroup(this, 'host', {
      name: names.host,
      description: 'SSH from operators; SFTP source, AWS APIs and packages outwards',
      vpcId: props.vpcId,
      tags: { Name: names.host },
    });
    openSsh(this, host.id, props.operatorCidrs);
    openEgress(this, host.id, props.source);
    this.lustreId = lustre.id;
    this.hostId = host.id;
  }
}

/** The Lustre ports; for EFA, which has no ports, everything ("Working with EFA-enabled file systems"), the ports included. */
function openLustre(scope: Construct, securityGroupId: string, efa: boolean): readonly ITerraformDependable[] {
  const all = { id: 'efa', ipProtocol: '-1' };
  const openings = [...lustrePorts.map((ports) => ({ ipProtocol: 'tcp', ...ports })), ...(efa ? [all] : [])];
  return openings.flatMap(({ id, ...opening }) => {
    const rule = {
      securityGroupId,
      referencedSecurityGroupId: securityGroupId,
      ...opening,
      tags: { Name: 'Lustre within this group' },
    };
    return [
      new VpcSecurityGroupIngressRule(scope, `${id}_in`, rule),
      new VpcSecurityGroupEgressRule(scope, `${id}_out`, rule),
    ];
  });
}

function openSsh(scope: Construct, securityGroupId: string, cidrs: readonly string[]): void {
  for (const cidr of new Set(cidrs))
    new VpcSecurityGroupIngressRule(scope, `ssh_${cidr.replaceAll(/[^0-9a-f]/gi, '_')}`, {
      securityGroupId,
      ...block(cidr),
      ipProtocol: 'tcp',
      fromPort: 22,
      toPort: 22,
      description: 'SSH from operators',
    });
}

function openEgress(scope: Construct, securityGroupId: string, source: SecurityGroupsProps['source']): void {
  const open = (id: string, port: number, to: { cidr: string; description: string }) =>
    new VpcSecurityGroupEgressRule(scope, `${id}_out`, {
      securityGroupId,
      ...block(to.cidr),
      ipProtocol: 'tcp',
      fromPort: port,
      toPort: port,
      description: to.description,
    });
  open('https', 443, { cidr: '0.0.0.0/0', description: 'AWS APIs and package repositories' });
  open('http', 80, { cidr: '0.0.0.0/0', description: 'Package repositories' });
  const sourceCidr = blockOf(source.host);
  const isOpenAlready = sourceCidr === '0.0.0.0/0' && (source.port === 443 || source.port === 80);
  if (!isOpenAlready) open('sftp', source.port, { cidr: sourceCidr, description: 'The SFTP source' });
}

/** Of an address alone; of a name, which may have any, the whole of IPv4. */
function blockOf(host: string): string {
  const family = isIP(host);
  if (family === 0) return '0.0.0.0/0';
  const text = `${host}/${family === 4 ? 32 : 128}`;
  return parseCidr(text)?.canonical ?? text;
}

function block(cidr: string): { cidrIpv4: string } | { cidrIpv6: string } {
  return cidr.includes(':') ? { cidrIpv6: cidr } : { cidrIpv4: cidr };
}
