/** What security groups let in, from the three ways in which Terraform writes it. */
import type { Attributes, ResourceChange } from './plan-json';
import type { PlanView } from './plan-view';
import { isUnknown, listAt, numberAt, type Path, stringAt, stringsAt } from './values';

export interface Opening {
  /** `0.0.0.0/0`; a prefix list's CIDR where that is what is allowed. */
  readonly cidr: string;
  /** Upper-case; `ALL` for every protocol. */
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
}

type Side = 'before' | 'after';

/** True where everything that `narrow` lets in comes in by `wide` already. */
export function includesOpening(wide: Opening, narrow: Opening): boolean {
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
export function openingsOf(view: PlanView, change: ResourceChange, side: Side): readonly Opening[] {
  const attributes = change[side];
  if (attributes === undefined) return [];
  const entries = (list: ResourceChange) => entriesOf(list[side]);
  switch (change.type) {
    case 'aws_security_group':
    case 'aws_default_security_group':
      return listAt(attributes, 'ingress').flatMap((rule, index) =>
        openings(
          rule as Attributes,
          prefixLists(view, change, { path: ['ingress', index, 'prefix_list_ids'], side }),
          side,
        ),
      );
    case 'aws_security_group_rule':
      if (attributes.type !== 'ingress') return [];
      return openings(attributes, prefixLists(view, change, { path: ['prefix_list_ids'], side }), side);
    case 'aws_vpc_security_group_ingress_rule': {
      const ports = portsOf(attributes, stringAt(attributes, 'ip_protocol'));
      const lists = view.usedBy(change, 'prefix_list_id');
      const cidrs = [stringAt(attributes, 'cidr_ipv4'), stringAt(attributes, 'cidr_ipv6')];
      return [...cidrs.filter((cidr) => cidr !== undefined), ...lists.flatMap(entries)].map((cidr) => ({
        cidr,
        ...ports,
      }));
    }
    default:
      return [];
  }
}

export const ingressTypes: readonly string[] = [
  'aws_security_group',
  'aws_default_security_group',
  'aws_security_group_rule',
  'aws_vpc_security_group_ingress_rule',
];

function openings(rule: Attributes, lists: readonly ResourceChange[], side: Side): readonly Opening[] {
  const ports = portsOf(rule, stringAt(rule, 'protocol'));
  const cidrs = [
    ...stringsAt(rule, 'cidr_blocks'),
    ...stringsAt(rule, 'ipv6_cidr_blocks'),
    ...lists.flatMap((list) => entriesOf(list[side])),
  ];
  return cidrs.map((cidr) => ({ cidr, ...ports }));
}

/** By their ids; those that the plan creates have none yet, and are told by the references of the attribute. */
function prefixLists(
  view: PlanView,
  change: ResourceChange,
  { path, side }: { readonly path: readonly [string, ...Path]; readonly side: Side },
): readonly ResourceChange[] {
  const ids = stringsAt(change[side], ...path);
  const coming = side === 'after' && isUnknown(change, path) ? view.usedBy(change, path[0]) : [];
  return view.ofType('aws_ec2_managed_prefix_list').filter((list) => {
    const id = stringAt(list.after, 'id') ?? stringAt(list.before, 'id');
    return id === undefined ? coming.includes(list) : ids.includes(id);
  });
}

function entriesOf(list: Attributes | undefined): readonly string[] {
  return listAt(list, 'entry').flatMap((entry) => stringAt(entry, 'cidr') ?? []);
}

function portsOf(rule: Attributes, protocol: string | undefined): Omit<Opening, 'cidr'> {
  const isAll = protocol === '-1' || protocol === 'all';
  const fromPort = numberAt(rule, 'from_port') ?? 0;
  const toPort = numberAt(rule, 'to_port') ?? fromPort;
  return { protocol: isAll ? 'ALL' : (protocol ?? 'tcp').toUpperCase(), fromPort, toPort };
}

/**
 * True for blocks that only the whole internet, or a good part of it, fills: shorter than /8 (RFC 1918's largest block)
 * for IPv4, than /16 for IPv6. So `0.0.0.0/1` beside `128.0.0.0/1` is found as well.
 */
export function isPublic(cidr: string): boolean {
  const length = Number(cidr.split('/')[1]);
  return Number.isInteger(length) && length < (cidr.includes(':') ? 16 : 8);
}
