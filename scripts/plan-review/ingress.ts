/** What security groups let in, from the three ways in which Terraform writes it. */
import type { Attributes, Path, ResourceChange, Side } from './plan-json';
import type { PlanView } from './plan-view';
import { entryOf, isUnknown, listAt, numberAt, stringAt, stringsAt, valueAt } from './values';

export interface Opening {
  /** `0.0.0.0/0`; a prefix list's CIDR where that is what is allowed. */
  readonly cidr: string;
  /** Upper-case; `ALL` for every protocol. */
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
}

/** True where everything that `narrow` lets in comes in by `wide` already. */
function includesOpening(wide: Opening, narrow: Opening): boolean {
  if (wide.cidr !== narrow.cidr) return false;
  if (wide.protocol === 'ALL') return true;
  return wide.protocol === narrow.protocol && wide.fromPort <= narrow.fromPort && wide.toPort >= narrow.toPort;
}

/** `TCP 22`, `TCP 1000-2000`, `every UDP port`, `every port`. */
export function describePorts({ protocol, fromPort, toPort }: Opening): string {
  if (protocol === 'ALL') return 'every port';
  if (fromPort <= 0 && toPort >= 65535) return `every ${protocol} port`;
  return fromPort === toPort ? `${protocol} ${fromPort}` : `${protocol} ${fromPort}-${toPort}`;
}

/** What a resource lets in before, or after; empty for resources that are no ingress rule. */
function openingsOf(view: PlanView, change: ResourceChange, side: Side): readonly Opening[] {
  const attributes = change[side];
  if (attributes === undefined) return [];
  switch (change.type) {
    case 'aws_security_group':
    case 'aws_default_security_group':
      return listAt(attributes, 'ingress').flatMap((rule, index) =>
        openings(
          rule as Attributes,
          prefixListCidrs(view, change, { path: ['ingress', index, 'prefix_list_ids'], side }),
        ),
      );
    case 'aws_security_group_rule':
      if (attributes.type !== 'ingress') return [];
      return openings(attributes, prefixListCidrs(view, change, { path: ['prefix_list_ids'], side }));
    case 'aws_vpc_security_group_ingress_rule': {
      const ports = portsOf(attributes, stringAt(attributes, 'ip_protocol'));
      const lists = view.usedBy(change, 'prefix_list_id');
      const cidrs = [stringAt(attributes, 'cidr_ipv4'), stringAt(attributes, 'cidr_ipv6')];
      const listed = lists.flatMap((list) => entriesOf(view, list, side));
      return [...cidrs.filter((cidr) => cidr !== undefined), ...listed].map((cidr) => ({ cidr, ...ports }));
    }
    default:
      return [];
  }
}

const ruleTypes = ['aws_security_group_rule', 'aws_vpc_security_group_ingress_rule'];

export const securityGroupTypes: readonly string[] = ['aws_security_group', 'aws_default_security_group'];

export const ingressTypes: readonly string[] = [...securityGroupTypes, ...ruleTypes];

/** What a resource opens to the internet that was not open before, be it by another rule of the same security group. */
export function newlyPublic(view: PlanView, change: ResourceChange): readonly Opening[] {
  const isNew = (before: readonly Opening[]) => (opening: Opening) =>
    !before.some((known) => includesOpening(known, opening));
  const fresh = openingsOf(view, change, 'after')
    .filter(({ cidr }) => isPublic(cidr))
    .filter(isNew(openingsOf(view, change, 'before')));
  if (fresh.length === 0) return [];
  return fresh.filter(isNew(ofSameGroup(view, change).flatMap((other) => openingsOf(view, other, 'before'))));
}

function ofSameGroup(view: PlanView, change: ResourceChange): readonly ResourceChange[] {
  const groupsOf = (rule: ResourceChange) => view.usedBy(rule, 'security_group_id');
  const groups = ruleTypes.includes(change.type) ? groupsOf(change) : [change];
  const rules = view.ofType(...ruleTypes).filter((rule) => groupsOf(rule).some((group) => groups.includes(group)));
  return [...groups, ...rules];
}

/** True where a network that is let in is known after apply only. */
export function hasUnknownSource(view: PlanView, change: ResourceChange): boolean {
  const paths: readonly Path[] = ruleTypes.includes(change.type)
    ? ['cidr_blocks', 'ipv6_cidr_blocks', 'cidr_ipv4', 'cidr_ipv6'].map((name) => [name])
    : listAt(change.after, 'ingress').flatMap((_, index) =>
        ['cidr_blocks', 'ipv6_cidr_blocks'].map((name) => ['ingress', index, name]),
      );
  if (change.type === 'aws_security_group_rule' && change.after?.type !== 'ingress') return false;
  // Left to AWS, the rules within a group are unknown as well, and not the plan's doing.
  const whole = isUnknown(change, ['ingress']) && valueAt(change.after, ['ingress']) === undefined;
  return paths.some((path) => isUnknown(change, path)) || (whole && view.isSet(change, 'ingress'));
}

function openings(rule: Attributes, listed: readonly string[]): readonly Opening[] {
  const ports = portsOf(rule, stringAt(rule, 'protocol'));
  const cidrs = [...stringsAt(rule, 'cidr_blocks'), ...stringsAt(rule, 'ipv6_cidr_blocks'), ...listed];
  return cidrs.map((cidr) => ({ cidr, ...ports }));
}

/** What the lists hold that a rule names by their ids; those that the plan creates have none yet, and are told by the references of the attribute. */
function prefixListCidrs(
  view: PlanView,
  change: ResourceChange,
  { path, side }: { readonly path: readonly [string, ...Path]; readonly side: Side },
): readonly string[] {
  const ids = stringsAt(change[side], ...path);
  const coming = side === 'after' && isUnknown(change, path) ? view.usedBy(change, path[0]) : [];
  const lists = view.ofType('aws_ec2_managed_prefix_list').filter((list) => {
    const id = stringAt(list.after, 'id') ?? stringAt(list.before, 'id');
    return id === undefined ? coming.includes(list) : ids.includes(id);
  });
  return lists.flatMap((list) => entriesOf(view, list, side));
}

/** Entries of the list itself, and those that are resources of their own; what AWS has of these, the list has as well. */
function entriesOf(view: PlanView, list: ResourceChange, side: Side): readonly string[] {
  const apart = view
    .ofType('aws_ec2_managed_prefix_list_entry')
    .filter((entry) => view.usedBy(entry, 'prefix_list_id').includes(list));
  const entries = [...listAt(list[side], 'entry'), ...apart.map((entry) => entry[side])];
  return [...new Set(entries.flatMap((entry) => stringAt(entry, 'cidr') ?? []))];
}

function portsOf(rule: Attributes, protocol: string | undefined): Omit<Opening, 'cidr'> {
  const fromPort = numberAt(rule, 'from_port') ?? 0;
  const toPort = numberAt(rule, 'to_port') ?? fromPort;
  return { protocol: protocolName(protocol ?? 'tcp').toUpperCase(), fromPort, toPort };
}

/** As IANA numbers them; -1 is EC2's. */
const protocols: Readonly<Record<string, string>> = { '-1': 'all', '6': 'tcp', '17': 'udp' };

/** Lower-case; `all` for every protocol. */
export function protocolName(written: string): string {
  const name = written.toLowerCase();
  return entryOf(protocols, name) ?? name;
}

/**
 * True for blocks that only the whole internet, or a good part of it, fills: shorter than /8 (RFC 1918's largest block)
 * for IPv4, than /16 for IPv6. So `0.0.0.0/1` beside `128.0.0.0/1` is found as well.
 */
export function isPublic(cidr: string): boolean {
  const length = Number(cidr.split('/')[1]);
  return Number.isInteger(length) && length < (cidr.includes(':') ? 16 : 8);
}
