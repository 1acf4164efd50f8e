import { vpcDnsRemoved } from '../../../../../scripts/plan-review/rules/vpc-dns-removed';
import { check, create, found, update } from '../plan-builder';

const on = { id: 'vpc-1', enable_dns_support: true, enable_dns_hostnames: true };

test.each(['enable_dns_support', 'enable_dns_hostnames'])('finds %s that is turned off', (name) => {
  expect(check(vpcDnsRemoved, [update('aws_vpc.v', on, { [name]: false })])).toMatchObject([
    { address: 'aws_vpc.v', message: expect.stringMatching(`^${name} is turned off`) },
  ]);
});

test('is silent where they are turned on, stay, or were off', () => {
  const off = { ...on, enable_dns_hostnames: false };
  for (const change of [
    update('aws_vpc.v', off, on),
    update('aws_vpc.v', off, { tags: {} }),
    update('aws_vpc.v', on, { tags: {} }),
    create('aws_vpc.v', off),
  ])
    expect(found(vpcDnsRemoved, [change])).toEqual([]);
});
