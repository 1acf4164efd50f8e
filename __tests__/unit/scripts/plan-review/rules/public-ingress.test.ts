import { publicIngress } from '../../../../../scripts/plan-review/rules/public-ingress';
import { change, check, create, found, keep, update } from '../plan-builder';

const ssh = { from_port: 22, to_port: 22, protocol: 'tcp', cidr_blocks: ['0.0.0.0/0'], ipv6_cidr_blocks: ['::/0'] };

test.each([
  [
    'inline',
    create('aws_security_group.a', { ingress: [ssh] }),
    ['TCP 22 is opened to 0.0.0.0/0', 'TCP 22 is opened to ::/0'],
  ],
  [
    'a rule',
    create('aws_security_group_rule.a', { type: 'ingress', ...ssh, protocol: '-1' }),
    ['every port is opened to 0.0.0.0/0', 'every port is opened to ::/0'],
  ],
  [
    'a rule of its own',
    create('aws_vpc_security_group_ingress_rule.a', {
      ip_protocol: 'tcp',
      from_port: 0,
      to_port: 65535,
      cidr_ipv4: '0.0.0.0/0',
    }),
    ['every TCP port is opened to 0.0.0.0/0'],
  ],
  [
    'half of the internet',
    create('aws_vpc_security_group_ingress_rule.a', {
      ip_protocol: 'udp',
      from_port: 1,
      to_port: 9,
      cidr_ipv4: '128.0.0.0/1',
    }),
    ['UDP 1-9 is opened to 128.0.0.0/1'],
  ],
])('finds %s', (_, opening, messages) => {
  expect(check(publicIngress, [opening]).map(({ message }) => message)).toEqual(messages);
});

test('looks behind a prefix list', () => {
  const list = create('aws_ec2_managed_prefix_list.all', { entry: [{ cidr: '0.0.0.0/0' }] }, ['id']);
  const rule = create('aws_vpc_security_group_ingress_rule.a', { ip_protocol: 'tcp', from_port: 22, to_port: 22 }, [
    'prefix_list_id',
  ]);
  const references = { [rule.address]: { prefix_list_id: ['aws_ec2_managed_prefix_list.all.id'] } };
  expect(found(publicIngress, [list, rule], { references })).toEqual([rule.address]);
});

test('looks behind a prefix list that is made in the same plan', () => {
  const open = create('aws_ec2_managed_prefix_list.all', { entry: [{ cidr: '0.0.0.0/0' }] }, ['id']);
  const rule = create('aws_security_group_rule.a', { type: 'ingress', from_port: 22, to_port: 22, protocol: 'tcp' }, [
    'prefix_list_ids',
  ]);
  const inline = { from_port: 22, to_port: 22, protocol: 'tcp', cidr_blocks: [] };
  const group = change('aws_security_group.b', ['create'], {
    after: { ingress: [{ ...inline, prefix_list_ids: [] }, inline] },
    after_unknown: { ingress: [{}, { prefix_list_ids: [true] }] },
  });
  const references = {
    [rule.address]: { prefix_list_ids: ['aws_ec2_managed_prefix_list.all.id', 'aws_ec2_managed_prefix_list.all'] },
    [group.address]: { ingress: ['aws_ec2_managed_prefix_list.all.id', 'aws_ec2_managed_prefix_list.all'] },
  };
  expect(found(publicIngress, [open, rule, group], { references }).toSorted()).toEqual([group.address, rule.address]);
  const office = { ...open, change: { ...open.change, after: { entry: [{ cidr: '203.0.113.0/24' }] } } };
  expect(found(publicIngress, [office, rule, group], { references })).toEqual([]);
});

test('is silent on private networks, on egress, and on what was open before', () => {
  expect(
    found(publicIngress, [
      create('aws_security_group.a', { ingress: [{ ...ssh, cidr_blocks: ['10.0.0.0/8'], ipv6_cidr_blocks: [] }] }),
      create('aws_security_group_rule.b', { type: 'egress', ...ssh }),
      keep('aws_security_group.c', { ingress: [ssh] }),
      update('aws_security_group.d', { ingress: [ssh] }, { tags: { a: 'b' } }),
    ]),
  ).toEqual([]);
});

test('takes a protocol written as its number for the one with that name', () => {
  const numbered = { ingress: [{ ...ssh, protocol: '6', ipv6_cidr_blocks: [] }] };
  expect(check(publicIngress, [create('aws_security_group.a', numbered)]).map(({ message }) => message)).toEqual([
    'TCP 22 is opened to 0.0.0.0/0',
  ]);
  expect(found(publicIngress, [update('aws_security_group.a', { ingress: [ssh] }, numbered)])).toEqual([]);
});

test('finds a range that grows, and not one that shrinks', () => {
  const wide = { ingress: [{ ...ssh, from_port: 0, to_port: 65535 }] };
  expect(found(publicIngress, [update('aws_security_group.a', wide, { ingress: [ssh] })])).toEqual([]);
  expect(found(publicIngress, [update('aws_security_group.a', { ingress: [ssh] }, wide)])).toHaveLength(2);
});

test('looks at entries of a prefix list that are resources of their own', () => {
  const list = keep('aws_ec2_managed_prefix_list.all', { id: 'pl-1', entry: [] });
  const rule = keep('aws_vpc_security_group_ingress_rule.a', {
    ...{ ip_protocol: 'tcp', from_port: 22, to_port: 22 },
    prefix_list_id: 'pl-1',
  });
  const entry = { cidr: '0.0.0.0/0', prefix_list_id: 'pl-1' };
  expect(found(publicIngress, [list, rule, create('aws_ec2_managed_prefix_list_entry.e', entry)])).toEqual([
    rule.address,
  ]);
  expect(found(publicIngress, [list, rule, keep('aws_ec2_managed_prefix_list_entry.e', entry)])).toEqual([]);
});

test('a rule that moves out of its group opens nothing, in another group it does', () => {
  const https = { from_port: 443, to_port: 443, protocol: 'tcp', cidr_blocks: ['0.0.0.0/0'] };
  const group = update('aws_security_group.a', { id: 'sg-1', ingress: [https] }, { ingress: [] });
  const rule = (security_group_id: string) =>
    create('aws_security_group_rule.b', { type: 'ingress', ...https, security_group_id });
  expect(found(publicIngress, [group, rule('sg-1')])).toEqual([]);
  const other = keep('aws_security_group.c', { id: 'sg-2', ingress: [] });
  expect(found(publicIngress, [group, other, rule('sg-2')])).toEqual(['aws_security_group_rule.b']);
});
