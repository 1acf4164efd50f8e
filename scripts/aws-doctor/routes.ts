/** Which way packets take: route tables and network ACLs (VPC user guide, "Route priority", "Network ACL rules"). Pure. */
import type { NetworkAclEntry, Route } from '@aws-sdk/client-ec2';
import { contains } from '../../config/cidr';

/** The most specific route to an address, IPv4 or IPv6; the default route of IPv4 where the address is not known. */
export function routeTo(routes: readonly Route[], address: string | undefined): Route | undefined {
  return routes.filter((route) => fits(blockOf(route), address)).sort((a, b) => prefixLength(b) - prefixLength(a))[0];
}

/** `0.0.0.0/0`, `2001:db8::/32`; undefined for a route to a prefix list. */
export function blockOf(route: Route): string | undefined {
  return route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock;
}

/** Where whatever no other route leads to goes. */
export function isDefault(route: Route): boolean {
  return ['0.0.0.0/0', '::/0'].includes(blockOf(route) ?? '');
}

function fits(block: string | undefined, address: string | undefined): boolean {
  if (block === undefined) return false;
  return address === undefined ? block === '0.0.0.0/0' : contains(block, address);
}

/** `igw-...`, `nat-...`, `tgw-...`: what a route leads to. */
export function targetOf(route: Route): string | undefined {
  return (
    route.NatGatewayId ??
    route.EgressOnlyInternetGatewayId ??
    route.TransitGatewayId ??
    route.VpcPeeringConnectionId ??
    route.NetworkInterfaceId ??
    route.LocalGatewayId ??
    route.CarrierGatewayId ??
    route.CoreNetworkArn ??
    route.InstanceId ??
    route.GatewayId
  );
}

export interface Packets {
  readonly egress: boolean;
  readonly port: number;
  /** Undefined: any IPv4 address of the internet, so that only rules for all of it count. */
  readonly address: string | undefined;
}

/** What the first entry that fits says, in the order of their numbers. */
export function aclAllows(entries: readonly NetworkAclEntry[], { egress, port, address }: Packets): boolean {
  const first = entries
    .filter((entry) => entry.Egress === egress && fits(entry.CidrBlock ?? entry.Ipv6CidrBlock, address))
    .filter(({ Protocol }) => Protocol === '-1' || Protocol === '6')
    .filter(({ Protocol, PortRange }) => Protocol === '-1' || covers(PortRange?.From, PortRange?.To, port))
    .sort((a, b) => (a.RuleNumber ?? 0) - (b.RuleNumber ?? 0))[0];
  return first?.RuleAction === 'allow';
}

/** `undefined` ends of a range are open. */
export function covers(from: number | undefined, to: number | undefined, port: number): boolean {
  return (from ?? 0) <= port && port <= (to ?? 65535);
}

function prefixLength(route: Route): number {
  return Number(blockOf(route)?.split('/')[1] ?? 0);
}
