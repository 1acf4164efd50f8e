import { wayOutClosed } from '../../../../../scripts/plan-review/rules/way-out-closed';
import { type BuiltChange, check, create, destroy, keep, lustre, replace, update } from '../plan-builder';

const host = keep('aws_instance.h', { id: 'i-1', vpc_security_group_ids: ['sg-1'] });
const group = keep('aws_security_group.g', { id: 'sg-1' });
const address = 'aws_vpc_security_group_egress_rule.r';
const out = (port: number | undefined, rest: object = {}) => ({
  security_group_id: 'sg-1',
  cidr_ipv4: '0.0.0.0/0',
  ip_protocol: port === undefined ? '-1' : 'tcp',
  from_port: port ?? null,
  to_port: port ?? null,
  ...rest,
});
const https = keep(`${address}_https`, out(443));
const messages = (...changes: readonly BuiltChange[]) =>
  check(wayOutClosed, [group, ...changes]).map((hit) => `${hit.address}: ${hit.message}`);

test('finds a rule that is gone, in each way to write it', () => {
  expect(messages(host, https, destroy(address, out(22)))).toEqual([
    `${address}: the instance has no way out to TCP 22 any more`,
  ]);
  const older = { security_group_id: 'sg-1', type: 'egress', protocol: '6', from_port: 2000, to_port: 2100 };
  const rule = destroy('aws_security_group_rule.r', { ...older, cidr_blocks: ['192.0.2.0/24'] });
  expect(messages(host, https, rule)).toEqual([
    'aws_security_group_rule.r: the instance has no way out to TCP 2000-2100 any more',
  ]);
  // A list that a dynamic block writes is in no plan's configuration.
  const egress = (...ports: readonly number[]) => ({
    egress: ports.map((port) => ({ protocol: 'tcp', from_port: port, to_port: port, cidr_blocks: ['0.0.0.0/0'] })),
  });
  const written = update('aws_security_group.w', { id: 'sg-2', ...egress(22, 443) }, egress(443));
  const instance = keep('aws_instance.h', { vpc_security_group_ids: ['sg-2'] });
  expect(messages(instance, written)).toEqual(['aws_security_group.w: the instance has no way out to TCP 22 any more']);
  expect(messages(host, destroy(address, out(undefined)))).toEqual([
    `${address}: the instance has no way out to any port any more`,
  ]);
});

test('finds an instance that leaves the group that lets it out', () => {
  const leaves = update(
    'aws_instance.h',
    { vpc_security_group_ids: ['sg-1', 'sg-2'] },
    { vpc_security_group_ids: ['sg-2'] },
  );
  const other = keep('aws_security_group.other', { id: 'sg-2' });
  expect(messages(leaves, other, https)).toEqual(['aws_instance.h: the instance has no way out to TCP 443 any more']);
  const elsewhere = update(
    'aws_instance.h',
    { vpc_security_group_ids: ['sg-1'] },
    { vpc_security_group_ids: ['sg-7'] },
  );
  expect(messages(elsewhere, https)).toEqual([]);
});

test('is silent where another rule lets it out, or the same one goes over to another address or port', () => {
  const gone = destroy(address, out(22));
  for (const other of [out(22), out(undefined), out(0, { to_port: 1024 }), out(22, { cidr_ipv4: '192.0.2.1/32' })])
    expect(messages(host, gone, create(`${address}_other`, other))).toEqual([]);
  expect(messages(host, update(address, out(22), { cidr_ipv4: '192.0.2.1/32' }))).toEqual([]);
  expect(messages(host, update(address, out(22), { from_port: 2222, to_port: 2222 }))).toEqual([]);
  expect(messages(host, replace(address, out(22), { changes: { security_group_id: 'sg-1' } }))).toEqual([]);
});

test('is silent on what comes in, on groups of no instance, on instances that go, and on Lustre, which blocks', () => {
  const gone = destroy(address, out(22));
  expect(messages(gone)).toEqual([]);
  expect(messages(destroy(host.address, { vpc_security_group_ids: ['sg-1'] }), gone)).toEqual([]);
  expect(messages(replace(host.address, { vpc_security_group_ids: ['sg-1'] }), gone)).toEqual([]);
  expect(messages(host, destroy('aws_vpc_security_group_ingress_rule.r', out(22)))).toEqual([]);
  expect(messages(host, keep('aws_fsx_lustre_file_system.f', lustre), destroy(address, out(988)))).toEqual([]);
});
