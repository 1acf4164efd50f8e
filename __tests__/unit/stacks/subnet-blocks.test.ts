import { subnetBlocks } from '../../../stacks/subnet-blocks';

test.each([
  ['10.20.0.0/16', '10.20.0.0/24', '10.20.1.0/24'],
  ['10.20.254.0/23', '10.20.254.0/24', '10.20.255.0/24'],
  ['10.20.30.0/24', '10.20.30.0/25', '10.20.30.128/25'],
  ['10.20.30.64/27', '10.20.30.64/28', '10.20.30.80/28'],
])('%s, private: %s for the hosts, %s for the NAT gateway', (cidr, hosts, nat) => {
  expect(subnetBlocks(cidr, 'private')).toEqual({ hosts, nat });
});

test('going private moves no subnet of a VPC that is larger than a /24', () => {
  expect(subnetBlocks('10.20.0.0/16', 'public').hosts).toBe(subnetBlocks('10.20.0.0/16', 'private').hosts);
});
