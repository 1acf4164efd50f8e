/** How a VPC's block is cut into subnets. */
import { hostSubnetLength } from '../config/addresses';

export interface SubnetBlocks {
  readonly hosts: string;
  /** Of the NAT gateway; private networks only. */
  readonly nat?: string;
}

/**
 * The hosts have the first /24, the NAT gateway the second; the rest stays free for later subnets. A VPC of a /24 or less is the
 * hosts' as a whole, or cut in two.
 * @param cidr `10.20.0.0/16`, host bits zero, /16 to /28 (/27 where private).
 */
export function subnetBlocks(cidr: string, access: 'public' | 'private'): SubnetBlocks {
  const [address = '', prefix] = cidr.split('/');
  const length = hostSubnetLength(Number(prefix), access);
  const hosts = `${address}/${length}`;
  return access === 'public' ? { hosts } : { hosts, nat: `${addressAfter(address, 2 ** (32 - length))}/${length}` };
}

function addressAfter(address: string, count: number): string {
  const value = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0) + count;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
