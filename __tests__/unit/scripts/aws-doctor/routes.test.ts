import { contains } from '../../../../config/cidr';
import { aclAllows, routeTo, targetOf } from '../../../../scripts/aws-doctor/routes';

const route = (DestinationCidrBlock: string, GatewayId: string) => ({ DestinationCidrBlock, GatewayId });
const routes = [route('0.0.0.0/0', 'igw-1'), route('10.0.0.0/8', 'vgw-1'), route('10.9.0.0/16', 'local')];

test.each([
  ['203.0.113.7', 'igw-1'],
  ['10.1.2.3', 'vgw-1'],
  ['10.9.1.5', 'local'],
  [undefined, 'igw-1'],
])('the most specific route to %s leads to %s', (address, target) => {
  expect(targetOf(routeTo(routes, address)!)).toBe(target);
});

test('the routes of IPv6 are its own', () => {
  const route6 = (DestinationIpv6CidrBlock: string, target: object) => ({ DestinationIpv6CidrBlock, ...target });
  const both = [
    ...routes,
    route6('::/0', { EgressOnlyInternetGatewayId: 'eigw-1' }),
    route6('2001:db8::/32', { TransitGatewayId: 'tgw-1' }),
  ];
  const targetFor = (address: string) => targetOf(routeTo(both, address)!);
  expect(['2001:db9::5', '2001:db8::5', '203.0.113.7'].map(targetFor)).toEqual(['eigw-1', 'tgw-1', 'igw-1']);
  expect(routeTo(routes, '2001:db8::5')).toBeUndefined();
});

test('no route is no answer', () => {
  expect(routeTo(routes.slice(1), '203.0.113.7')).toBeUndefined();
  expect(routeTo([{ DestinationPrefixListId: 'pl-1', GatewayId: 'vpce-1' }], undefined)).toBeUndefined();
});

test('blocks hold their addresses', () => {
  expect(contains('10.9.0.0/16', '10.9.255.255')).toBe(true);
  expect(contains('10.9.0.0/16', '10.10.0.0')).toBe(false);
  expect(contains('::/0', '10.10.0.0')).toBe(false);
  expect(contains('2001:db8::/32', '2001:db8::5')).toBe(true);
  expect(contains('2001:db8::/32', '2001:db9::5')).toBe(false);
  expect(contains('0.0.0.0/0', '2001:db8::5')).toBe(false);
});

describe('an ACL', () => {
  const entry = (RuleNumber: number, RuleAction: 'allow' | 'deny', rest: object = {}) => ({
    RuleNumber,
    RuleAction,
    Egress: true,
    Protocol: '-1',
    CidrBlock: '0.0.0.0/0',
    ...rest,
  });
  const ssh = { egress: true, port: 22, address: undefined };

  test('is its first entry that fits, whatever order it is listed in', () => {
    const deny = entry(50, 'deny', { Protocol: '6', PortRange: { From: 22, To: 22 } });
    expect(aclAllows([entry(100, 'allow'), deny], ssh)).toBe(false);
    expect(aclAllows([entry(10, 'allow'), deny], ssh)).toBe(true);
    expect(aclAllows([entry(100, 'allow'), deny], { ...ssh, port: 443 })).toBe(true);
  });

  test('does not mix directions, and of other protocols nothing counts', () => {
    expect(aclAllows([entry(1, 'allow', { Egress: false })], ssh)).toBe(false);
    expect(aclAllows([entry(1, 'deny', { Protocol: '17' }), entry(2, 'allow')], ssh)).toBe(true);
  });

  test('of an unknown address only rules for every address count', () => {
    const partner = entry(1, 'deny', { CidrBlock: '198.51.100.0/24' });
    expect(aclAllows([partner, entry(2, 'allow')], ssh)).toBe(true);
    expect(aclAllows([partner, entry(2, 'allow')], { ...ssh, address: '198.51.100.9' })).toBe(false);
  });

  test('has entries of their own for IPv6', () => {
    const address = '2001:db8::5';
    const entry6 = (number: number, action: 'allow' | 'deny', block: string) =>
      entry(number, action, { CidrBlock: undefined, Ipv6CidrBlock: block });
    expect(aclAllows([entry(1, 'allow')], { ...ssh, address })).toBe(false);
    expect(aclAllows([entry(1, 'deny'), entry6(2, 'allow', '::/0')], { ...ssh, address })).toBe(true);
    expect(aclAllows([entry6(1, 'deny', '2001:db8::/32'), entry6(2, 'allow', '::/0')], { ...ssh, address })).toBe(
      false,
    );
    expect(aclAllows([entry6(1, 'allow', '::/0')], ssh)).toBe(false);
  });

  test('without an entry that fits refuses', () => {
    expect(aclAllows([], ssh)).toBe(false);
  });
});
