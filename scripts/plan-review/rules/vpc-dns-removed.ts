import { type Protection, turnedOff, weakened } from '../protections';
import type { Rule } from '../rule';

export const vpcDnsRemoved: Rule = {
  id: 'vpc-dns-removed',
  severity: 'warning',
  title: 'Names of a VPC do not resolve any more',
  explanation:
    'Clients mount a file system by its DNS name, and find interface endpoints by theirs. What is mounted stays so until the next boot; nothing is mounted from then on.',
  check: (view) => weakened(view, protections, 'keep enable_dns_support and enable_dns_hostnames true'),
};

/** FSx for Lustre user guide, "Mounting from an Amazon EC2 instance": both are needed. */
const protections: readonly Protection[] = ['enable_dns_support', 'enable_dns_hostnames'].map((name) => ({
  types: ['aws_vpc', 'aws_default_vpc'],
  path: [name],
  isWeaker: turnedOff,
  loss: `${name} is turned off: the DNS names of file systems in the VPC lead nowhere`,
}));
