/** The rules of security groups, inwards and outwards, from the three ways in which Terraform writes them. */
import { protocolName, securityGroupTypes } from './ingress';
import type { Path, ResourceChange, Side } from './plan-json';
import type { PlanView } from './plan-view';
import { differs, isUnknown, listAt, numberAt, stringAt, stringsAt } from './values';

export interface SecurityRule {
  /** The resource that has it. */
  readonly change: ResourceChange;
  /** Address of the security group, its id where it is not of this plan. */
  readonly group: string;
  readonly outwards: boolean;
  /** Lower-case; `all` for every protocol. */
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  /** CIDR blocks, prefix lists, and other groups, named as `group` is. */
  readonly peers: readonly string[];
}

export const ruleTypes = [
  'aws_security_group_rule',
  'aws_vpc_security_group_ingress_rule',
  'aws_vpc_security_group_egress_rule',
] as const;

/** Every rule that the plan's resources have before it, or after. */
export function securityRules(view: PlanView, side: Side): readonly SecurityRule[] {
  const written = view.ofType(...securityGroupTypes).flatMap((change) => rulesWithin(view, change, side));
  return [...written, ...view.ofType(...ruleTypes).flatMap((change) => ruleOf(view, change, side))];
}

/** A list that the configuration leaves to AWS holds what the rules of their own come to, and is none of the group's. */
function rulesWithin(view: PlanView, change: ResourceChange, side: Side): readonly SecurityRule[] {
  return ['ingress', 'egress'].flatMap((name) => {
    if (!isWritten(view, change, name)) return [];
    return listAt(change[side], name).map((rule, index) => {
      const groups = stringsAt(rule, 'security_groups').map(
        (_, at) => groupNamed(view, change, { path: [name, index, 'security_groups', at], side }) ?? '',
      );
      return toRule(rule, { change, group: change.address, outwards: name === 'egress', groups });
    });
  });
}

/** What a `dynamic` block writes stands in no plan's configuration; a plan that changes it says so. */
function isWritten(view: PlanView, change: ResourceChange, name: string): boolean {
  if (change.type !== 'aws_security_group' || view.isSet(change, name)) return true;
  return change.action === 'update' && !isUnknown(change, [name]) && differs(change, [name]);
}

function ruleOf(view: PlanView, change: ResourceChange, side: Side): readonly SecurityRule[] {
  const rule = change[side];
  const named = (attribute: string) => groupNamed(view, change, { path: [attribute], side });
  const group = named('security_group_id');
  if (rule === undefined || group === undefined) return [];
  const outwards = change.type === 'aws_vpc_security_group_egress_rule' || stringAt(rule, 'type') === 'egress';
  const groups = [named('source_security_group_id'), named('referenced_security_group_id')];
  return [toRule(rule, { change, group, outwards, groups: groups.filter((name) => name !== undefined) })];
}

type Origin = Pick<SecurityRule, 'change' | 'group' | 'outwards'> & { readonly groups: readonly string[] };

function toRule(rule: unknown, { groups, ...origin }: Origin): SecurityRule {
  const protocol = protocolName(stringAt(rule, 'ip_protocol') ?? stringAt(rule, 'protocol') ?? '-1');
  const isAll = protocol === 'all';
  const single = ['cidr_ipv4', 'cidr_ipv6', 'prefix_list_id'].flatMap((name) => stringAt(rule, name) ?? []);
  const lists = ['cidr_blocks', 'ipv6_cidr_blocks', 'prefix_list_ids'].flatMap((name) => stringsAt(rule, name));
  const self = (rule as { self?: unknown }).self === true ? [origin.group] : [];
  return {
    ...origin,
    protocol,
    fromPort: isAll ? 0 : (numberAt(rule, 'from_port') ?? 0),
    toPort: isAll ? 65535 : (numberAt(rule, 'to_port') ?? 65535),
    peers: [...lists, ...single, ...groups, ...self],
  };
}

/** The group that an attribute names: one of the plan by its address, whose id may change or come, any other by its id. */
export function groupNamed(
  view: PlanView,
  change: ResourceChange,
  { path, side }: { readonly path: readonly [string, ...Path]; readonly side: Side },
): string | undefined {
  // The provider (5.100.0) writes the account before a group of another one, and before any where it was told not to ask for its own.
  const id = stringAt(change[side], ...path)?.replace(/^\d{12}\//, '');
  const coming = id === undefined && side === 'after' && isUnknown(change, path) ? view.usedBy(change, path[0]) : [];
  const known = id === undefined ? coming : view.named(id);
  return known.find(({ type }) => securityGroupTypes.includes(type))?.address ?? id;
}

/** The groups that a list of them names, each as `groupNamed`. */
export function groupsNamed(
  view: PlanView,
  change: ResourceChange,
  [attribute, side]: readonly [string, Side],
): readonly string[] {
  return stringsAt(change[side], attribute).flatMap(
    (_, index) => groupNamed(view, change, { path: [attribute, index], side }) ?? [],
  );
}
