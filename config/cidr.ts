/** Address blocks: `10.20.0.0/16`, `2001:db8::/32`. */
import { BlockList, isIP } from 'node:net';

export interface Cidr {
  readonly family: 4 | 6;
  readonly address: string;
  readonly prefixLength: number;
  /** The block as AWS writes it, host bits zero; the same text where it was so already. */
  readonly canonical: string;
}

/** Undefined where the text is no block; host bits may be set. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text);
  const address = match?.[1] ?? '';
  const prefixLength = Number(match?.[2]);
  const family = isIP(address);
  if ((family !== 4 && family !== 6) || prefixLength > (family === 4 ? 32 : 128)) return undefined;
  const masked = family === 4 ? maskIPv4(address, prefixLength) : maskIPv6(address, prefixLength);
  return { family, address, prefixLength, canonical: `${masked}/${prefixLength}` };
}

function maskIPv4(address: string, prefixLength: number): string {
  const mask = prefixLength === 0 ? 0 : (~0 << (32 - prefixLength)) >>> 0;
  const value = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const masked = (value & mask) >>> 0;
  return [24, 16, 8, 0].map((shift) => (masked >>> shift) & 255).join('.');
}

function maskIPv6(address: string, prefixLength: number): string {
  const masked = groupsOf(address).map((group, index) => {
    const bits = Math.min(16, Math.max(0, prefixLength - 16 * index));
    return group & (0xffff << (16 - bits));
  });
  return shortened(masked.map((group) => group.toString(16)).join(':'));
}

function groupsOf(address: string): readonly number[] {
  const [left = [], right = []] = shortened(address)
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':').map((group) => Number.parseInt(group, 16))));
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

/** As RFC 5952 has it, which is how URLs write addresses (WHATWG URL, "IPv6 serializer"), and AWS. */
function shortened(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

/** False where the one is no block, or the other no address. */
export function contains(block: string, address: string): boolean {
  const [network = '', length] = block.split('/');
  const family = isIP(address);
  if (family === 0 || isIP(network) !== family) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, Number(length), type);
  return list.check(address, type);
}

/** RFC 1918, and the shared space of RFC 6598, which a VPC may use too. */
export function isPrivate(address: string): boolean {
  const blocks = new BlockList();
  blocks.addSubnet('10.0.0.0', 8);
  blocks.addSubnet('172.16.0.0', 12);
  blocks.addSubnet('192.168.0.0', 16);
  blocks.addSubnet('100.64.0.0', 10);
  return isIP(address) === 4 && blocks.check(address);
}

/** IANA IPv4 Special-Purpose Address Registry and multicast: "this network", loopback, link-local, multicast, reserved. */
export function isSpecial(address: string): boolean {
  const blocks = new BlockList();
  blocks.addSubnet('0.0.0.0', 8);
  blocks.addSubnet('127.0.0.0', 8);
  blocks.addSubnet('169.254.0.0', 16);
  blocks.addSubnet('224.0.0.0', 3);
  return isIP(address) === 4 && blocks.check(address);
}
