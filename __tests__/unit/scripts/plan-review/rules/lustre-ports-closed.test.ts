import { lustrePortsClosed } from '../../../../../scripts/plan-review/rules/lustre-ports-closed';
import { type BuiltChange, change, check, create, destroy, keep, lustre, replace, update } from '../plan-builder';

type Attributes = Readonly<Record<string, unknown>>;

const fileSystem = keep('aws_fsx_lustre_file_system.f', lustre);
const group = keep('aws_security_group.lustre', { id: 'sg-1', ingress: [], egress: [] });
const inwards = 'aws_vpc_security_group_ingress_rule';
const rule = (rest: Attributes = {}) => ({
  security_group_id: 'sg-1',
  referenced_security_group_id: 'sg-1',
  ip_protocol: 'tcp',
  from_port: 988,
  to_port: 988,
  ...rest,
});
const peers = rule({ from_port: 1018, to_port: 1023 });
const messages = (...changes: readonly BuiltChange[]) =>
  check(lustrePortsClosed, [fileSystem, group, ...changes]).map(({ address, message }) => `${address}: ${message}`);

test('finds a rule that is gone, one that is narrower, and one for fewer peers, both ways', () => {
  expect(messages(destroy(`${inwards}.lnet`, rule()))).toEqual([
    `${inwards}.lnet: TCP 988 is closed for what comes from the group itself, which Lustre needs`,
  ]);
  expect(messages(update('aws_vpc_security_group_egress_rule.peers', peers, { to_port: 1019 }))).toEqual([
    'aws_vpc_security_group_egress_rule.peers: TCP 1020-1023 is closed to the group itself, which Lustre needs',
  ]);
  const everything = rule({ ip_protocol: '-1', from_port: null, to_port: null });
  expect(messages(update(`${inwards}.all`, everything, { ip_protocol: 'udp' }))).toEqual([
    `${inwards}.all: TCP 988, 1018-1023 is closed for what comes from the group itself, which Lustre needs`,
  ]);
  const block = { security_group_id: 'sg-1', ip_protocol: 'tcp', from_port: 900, to_port: 2000 };
  const narrowed = update(`${inwards}.b`, { ...block, cidr_ipv4: '10.0.0.0/16' }, { cidr_ipv4: '10.0.1.0/24' });
  expect(messages(narrowed)).toEqual([
    `${inwards}.b: TCP 988, 1018-1023 is closed for what comes from 10.0.0.0/16, which Lustre needs`,
  ]);
});

test('finds it in the older ways to write a rule', () => {
  const older = { security_group_id: 'sg-1', protocol: 'tcp', from_port: 988, to_port: 1023 };
  const self = destroy('aws_security_group_rule.r', { ...older, type: 'egress', self: true });
  const client = destroy('aws_security_group_rule.c', { ...older, type: 'ingress', source_security_group_id: 'sg-9' });
  expect(messages(self, client)).toEqual([
    'aws_security_group_rule.r: TCP 988, 1018-1023 is closed to the group itself, which Lustre needs',
    'aws_security_group_rule.c: TCP 988, 1018-1023 is closed for what comes from sg-9, which Lustre needs',
  ]);
  const within = (to_port: number) => [{ protocol: 'tcp', from_port: 988, to_port, self: true, security_groups: [] }];
  const written = update('aws_security_group.w', { id: 'sg-1', ingress: within(1023) }, { ingress: within(988) });
  const configured = { references: { 'aws_security_group.w': { ingress: [] } } };
  expect(check(lustrePortsClosed, [fileSystem, written], configured).map(({ message }) => message)).toEqual([
    'TCP 1018-1023 is closed for what comes from the group itself, which Lustre needs',
  ]);
  // A list that a dynamic block writes is in no plan's configuration.
  expect(check(lustrePortsClosed, [fileSystem, written])).toHaveLength(1);
  // What AWS says of a group whose rules are resources of their own is no rule of the group's: it would keep the way open.
  const said = keep('aws_security_group.w', { id: 'sg-1', ingress: within(1023) });
  expect(check(lustrePortsClosed, [fileSystem, said, destroy(`${inwards}.lnet`, rule())])).toHaveLength(1);
});

test("finds a client's own rule that leads to the file system, and a client that leaves its group", () => {
  const host = keep('aws_security_group.host', { id: 'sg-2' });
  const out = 'aws_vpc_security_group_egress_rule.out';
  expect(messages(host, destroy(out, rule({ security_group_id: 'sg-2' })))).toEqual([
    `${out}: TCP 988 is closed to aws_security_group.lustre, which Lustre needs`,
  ]);
  const all = { security_group_id: 'sg-2', ip_protocol: '-1', cidr_ipv4: '0.0.0.0/0' };
  expect(messages(host, destroy(out, all))).toEqual([]);
  const leaves = (after: readonly string[]) =>
    messages(
      keep(`${inwards}.lnet`, rule()),
      update('aws_instance.h', { vpc_security_group_ids: ['sg-1', 'sg-2'] }, { vpc_security_group_ids: after }),
    );
  expect(leaves(['sg-2'])).toEqual([
    'aws_instance.h: the instance leaves aws_security_group.lustre, by which the file system lets it in',
  ]);
  expect(leaves(['sg-1'])).toEqual([]);
});

test('is silent where the way stays open: by another rule, a wider one, a renamed one', () => {
  const gone = destroy(`${inwards}.lnet`, rule());
  for (const other of [rule(), rule({ from_port: 0, to_port: 65535 }), rule({ ip_protocol: '-1' })])
    expect(messages(gone, create(`${inwards}.other`, other))).toEqual([]);
  const anyone = rule({ referenced_security_group_id: undefined, cidr_ipv4: '0.0.0.0/0' });
  expect(messages(gone, keep(`${inwards}.other`, anyone))).toEqual([]);
  const wider = rule({ referenced_security_group_id: undefined, cidr_ipv4: '10.0.1.0/24' });
  expect(messages(update(`${inwards}.b`, wider, { cidr_ipv4: '10.0.0.0/16' }))).toEqual([]);
  expect(messages(replace(`${inwards}.lnet`, rule(), { changes: { security_group_id: 'sg-1' } }))).toEqual([]);
});

test('knows a group with its account before it', () => {
  const withAccount = rule({ referenced_security_group_id: '123456789012/sg-1' });
  expect(messages(update(`${inwards}.lnet`, withAccount, rule()))).toEqual([]);
  expect(messages(destroy(`${inwards}.lnet`, withAccount))).toEqual([
    `${inwards}.lnet: TCP 988 is closed for what comes from the group itself, which Lustre needs`,
  ]);
});

test('takes a group for no block whose key has a slash', () => {
  const host = keep('aws_security_group.host["web/1"]', { id: 'sg-2' });
  const fromHost = keep(`${inwards}.host`, rule({ referenced_security_group_id: 'sg-2' }));
  const fromBlock = rule({ referenced_security_group_id: undefined, cidr_ipv4: '10.0.1.0/24' });
  expect(messages(host, fromHost, destroy(`${inwards}.b`, fromBlock))).toEqual([
    `${inwards}.b: TCP 988 is closed for what comes from 10.0.1.0/24, which Lustre needs`,
  ]);
});

test('is silent on other ports and groups, and where the file system goes as well, or comes', () => {
  expect(messages(destroy(`${inwards}.ssh`, rule({ from_port: 22, to_port: 22 })))).toEqual([]);
  expect(messages(destroy(`${inwards}.udp`, rule({ ip_protocol: 'udp' })))).toEqual([]);
  const elsewhere = { security_group_id: 'sg-7', ip_protocol: 'tcp', from_port: 0, to_port: 65535 };
  expect(messages(destroy(`${inwards}.web`, { ...elsewhere, cidr_ipv4: '10.0.0.0/8' }))).toEqual([]);
  const gone = destroy(`${inwards}.lnet`, rule());
  for (const file of [destroy(fileSystem.address, lustre), create(fileSystem.address, lustre)])
    expect(check(lustrePortsClosed, [file, group, gone])).toEqual([]);
});

test('a group that is replaced takes its rules along, by reference', () => {
  const moved = change(`${inwards}.lnet`, ['delete', 'create'], {
    before: rule(),
    after: { ip_protocol: 'tcp', from_port: 988, to_port: 988 },
    after_unknown: { security_group_id: true, referenced_security_group_id: true },
  });
  const named = { security_group_id: [group.address], referenced_security_group_id: [group.address] };
  const configured = { references: { [moved.address]: named } };
  const renewed = replace(group.address, { id: 'sg-1', name: 'a' }, { changes: { name: 'b' } });
  expect(check(lustrePortsClosed, [fileSystem, renewed, moved], configured)).toEqual([]);
});
