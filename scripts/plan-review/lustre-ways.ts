/** Which ways security groups leave to Lustre, inwards and outwards, from the three ways in which Terraform writes their rules. */
import { isIPv6 } from 'node:net';
import { contains, parseCidr } from '../../config/cidr';
import { lustrePorts } from '../../config/lustre';
import { securityGroupTypes } from './ingress';
import type { Path, ResourceChange } from './plan-json';
import type { PlanView } from './plan-view';
import { isUnknown, listAt, numberAt, stringAt, stringsAt } from './values';

type Side = 'before' | 'after';

/** One port, from or to one peer. */
export interface Way {
  /** The resource that opens it. */
  readonly change: ResourceChange;
  /** Address of the security group, its id where it is not of this plan. */
  readonly group: string;
  readonly outwards: boolean;
  /** A CIDR block, a prefix list, or another group, named as `group` is. */
  readonly peer: string;
  readonly port: number;
  /** True where the rule is about these ports alone, and for nothing else. */
  readonly isForLustre: boolean;
}

const ports = lustrePorts.flatMap(({ fromPort, toPort }) =>
  Array.from({ length: toPort - fromPort + 1 }, (_, index) => fromPort + index),
);
const [firstPort, lastPort] = [Math.min(...ports), Math.max(...ports)];

const ingressRule = 'aws_vpc_security_group_ingress_rule';
const egressRule = 'aws_vpc_security_group_egress_rule';

/** Every way that the plan's resources leave to Lustre before it, or after. */
export function lustreWays(view: PlanView, side: Side): readonly Way[] {
  const rules = view.ofType('aws_security_group_rule', ingressRule, egressRule);
  const written = view.ofType(...securityGroupTypes).flatMap((change) => waysWithin(view, change, side));
  return [...written, ...rules.flatMap((change) => waysOfRule(view, change, side))];
}

/** A list that the configuration leaves to AWS holds what the rules of their own come to: these alone count. */
function waysWithin(view: PlanView, change: ResourceChange, side: Side): readonly Way[] {
  return ['ingress', 'egress'].flatMap((name) => {
    if (!view.isSet(change, name) && change.type === 'aws_security_group') return [];
    return listAt(change[side], name).flatMap((rule, index) => {
      const groups = stringsAt(rule, 'security_groups').map(
        (_, at) => groupNamed(view, change, { path: [name, index, 'security_groups', at], side }) ?? '',
      );
      return ways(rule, { change, group: change.address, outwards: name === 'egress', groups });
    });
  });
}

function waysOfRule(view: PlanView, change: ResourceChange, side: Side): readonly Way[] {
  const rule = change[side];
  const named = (attribute: string) => groupNamed(view, change, { path: [attribute], side });
  const group = named('security_group_id');
  if (rule === undefined || group === undefined) return [];
  const outwards = change.type === egressRule || stringAt(rule, 'type') === 'egress';
  const groups = [named('source_security_group_id'), named('referenced_security_group_id')];
  return ways(rule, { change, group, outwards, groups: groups.filter((name) => name !== undefined) });
}

type Origin = Pick<Way, 'change' | 'group' | 'outwards'> & { readonly groups: readonly string[] };

function ways(rule: unknown, { groups, ...origin }: Origin): readonly Way[] {
  const protocol = stringAt(rule, 'ip_protocol') ?? stringAt(rule, 'protocol') ?? '-1';
  const isAll = ['-1', 'all'].includes(protocol);
  if (!isAll && !['tcp', '6'].includes(protocol)) return [];
  const [from, to] = isAll ? [0, 65535] : [numberAt(rule, 'from_port') ?? 0, numberAt(rule, 'to_port') ?? 65535];
  const isForLustre = from >= firstPort && to <= lastPort;
  const blocks = [...stringsAt(rule, 'cidr_blocks'), ...stringsAt(rule, 'ipv6_cidr_blocks')];
  const lists = stringsAt(rule, 'prefix_list_ids');
  const single = ['cidr_ipv4', 'cidr_ipv6', 'prefix_list_id'].flatMap((name) => stringAt(rule, name) ?? []);
  const self = (rule as { self?: unknown }).self === true ? [origin.group] : [];
  return [...blocks, ...lists, ...single, ...groups, ...self].flatMap((peer) =>
    ports.filter((port) => from <= port && port <= to).map((port) => ({ ...origin, peer, port, isForLustre })),
  );
}

/** The group that an attribute names: one of the plan by its address, whose id may change or come, any other by its id. */
export function groupNamed(
  view: PlanView,
  change: ResourceChange,
  { path, side }: { readonly path: readonly [string, ...Path]; readonly side: Side },
): string | undefined {
  const id = stringAt(change[side], ...path);
  const coming = id === undefined && side === 'after' && isUnknown(change, path) ? view.usedBy(change, path[0]) : [];
  const known = id === undefined ? coming : view.named(id);
  return known.find(({ type }) => securityGroupTypes.includes(type))?.address ?? id;
}

/** True where whoever uses the one way has the other one too. */
export function includesWay(wide: Way, narrow: Way): boolean {
  const isAlike = wide.group === narrow.group && wide.outwards === narrow.outwards && wide.port === narrow.port;
  return isAlike && (wide.peer === narrow.peer || includesPeer(wide.peer, narrow.peer));
}

/** Of a group no addresses are known: the whole of IPv4, which Lustre goes by, has it within. */
function includesPeer(wide: string, narrow: string): boolean {
  if (wide === '0.0.0.0/0') return !isIPv6(narrow.split('/')[0] ?? '');
  const [outer, inner] = [parseCidr(wide), parseCidr(narrow)];
  if (outer === undefined || inner === undefined) return false;
  return outer.prefixLength <= inner.prefixLength && contains(wide, inner.address);
}
