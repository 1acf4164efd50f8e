import { lustrePorts } from '../../../config/lustre';
import type { ResourceChange, Side } from '../plan-json';
import type { PlanView } from '../plan-view';
import type { Hit, Rule } from '../rule';
import { groupsNamed, ruleTypes, type SecurityRule, securityRules } from '../security-rules';
import { isUnknown } from '../values';

const groupsAttribute = 'vpc_security_group_ids';

/** To whom is not looked at: what is narrowed is meant, and so is a rule that goes over to another port. */
export const wayOutClosed: Rule = {
  id: 'way-out-closed',
  severity: 'warning',
  title: 'An instance has no way out any more to a port that it had',
  explanation:
    'A pull needs the port of its source, and HTTPS for credentials and metrics. Security groups drop what they do not let out: a run waits, and fails at its deadlines.',
  check: (view) => {
    const [before, after] = [securityRules(view, 'before'), securityRules(view, 'after')];
    return view.ofType('aws_instance').flatMap((instance) => closedTo(view, instance, { before, after }));
  },
};

type Rules = Readonly<Record<Side, readonly SecurityRule[]>>;

function closedTo(view: PlanView, instance: ResourceChange, rules: Rules): readonly Hit[] {
  const lasts = instance.action === 'update' || instance.action === 'no-op';
  if (!lasts || isUnknown(instance, [groupsAttribute])) return [];
  const [groups, later] = (['before', 'after'] as const).map((side) =>
    groupsNamed(view, instance, [groupsAttribute, side]),
  ) as [readonly string[], readonly string[]];
  // What a group lets out that is not of this plan is not known.
  if (later.some((group) => !groups.includes(group) && !view.resources.some(({ address }) => address === group)))
    return [];
  const left = rules.after.filter(({ outwards, group }) => outwards && later.includes(group));
  return rules.before
    .filter(({ outwards, group, peers }) => outwards && peers.length > 0 && groups.includes(group))
    .filter((rule) => !isForLustre(rule) && !left.some((other) => overlaps(other, rule) || isSame(other, rule)))
    .map((rule) => ({
      address: rule.change.action === 'no-op' ? instance.address : rule.change.address,
      message: `${view.name(instance)} has no way out to ${describe(rule)} any more`,
      fix: 'keep the rule, where the source of a pull or an API of AWS is behind it',
    }));
}

function overlaps(one: SecurityRule, other: SecurityRule): boolean {
  const alike = one.protocol === other.protocol || one.protocol === 'all' || other.protocol === 'all';
  return alike && one.fromPort <= other.toPort && other.fromPort <= one.toPort;
}

/** A rule of its own, which lets something else out now. */
function isSame({ change }: SecurityRule, other: SecurityRule): boolean {
  return change === other.change && ruleTypes.some((type) => type === change.type);
}

/** The business of lustre-ports-closed. */
function isForLustre({ protocol, fromPort, toPort }: SecurityRule): boolean {
  return protocol === 'tcp' && lustrePorts.some((range) => range.fromPort <= fromPort && toPort <= range.toPort);
}

/** `TCP 22`, `TCP 1000-2000`, `any port` */
function describe({ protocol, fromPort, toPort }: SecurityRule): string {
  if (protocol === 'all') return 'any port';
  return `${protocol.toUpperCase()} ${fromPort === toPort ? fromPort : `${fromPort}-${toPort}`}`;
}
