/** Managed policies that a plan takes from roles, users and groups which stay: what they denied is denied no more. */
import type { ResourceChange, Side } from './plan-json';
import type { PlanView } from './plan-view';
import { type Grant, lostDenials, parsePolicy, type Statement } from './policy-document';
import { takesOver } from './protections';
import { differs, isSensitive, isUnknown, stringAt } from './values';

/** Attribute that names who a policy is attached to, and the resource type of a policy written into that one. */
const attachments = [
  { type: 'aws_iam_role_policy_attachment', holder: 'role', inline: 'aws_iam_role_policy' },
  { type: 'aws_iam_user_policy_attachment', holder: 'user', inline: 'aws_iam_user_policy' },
  { type: 'aws_iam_group_policy_attachment', holder: 'group', inline: 'aws_iam_group_policy' },
] as const;

const policyType = 'aws_iam_policy';

export interface Detached {
  readonly change: ResourceChange;
  readonly undenied: readonly Grant[];
  /** What the plan does not hold, a clause; undefined where it holds all. */
  readonly unknown: string | undefined;
}

export function detachedPolicies(view: PlanView): readonly Detached[] {
  return [...attachments.flatMap((kind) => detachments(view, kind)), ...deletedPolicies(view)];
}

function detachments(view: PlanView, { type, holder, inline }: (typeof attachments)[number]): readonly Detached[] {
  return view.ofType(type).flatMap((change): readonly Detached[] => {
    if (!isDetached(view, change, holder)) return [];
    const arn = stringAt(change.before, 'policy_arn') ?? '';
    const others = view
      .ofType(type, inline)
      .filter((other) => (other !== change || other.action === 'replace') && other.after !== undefined)
      .filter((other) => takesOver(view, [change, other], holder));
    const policies = view.named(arn).filter((policy) => policy.type === policyType);
    if (policies.length > 0) {
      const kept = others.flatMap((other) => (other.type === inline ? [other] : policiesOf(view, other)));
      // What is hidden may deny still what is seen to be denied no more.
      if (kept.some((policy) => isUnknown(policy, ['policy']))) return [];
      return [{ change, undenied: undenied(policies, kept), unknown: undefined }];
    }
    const isKept = others.some(({ after }) => stringAt(after, 'policy_arn') === arn);
    if (isKept || (isOfAws(arn) && !/Deny|Quarantine/.test(arn))) return [];
    return [{ change, undenied: [], unknown: `what ${arn} denied, if anything: it is not in this plan` }];
  });
}

function isDetached(view: PlanView, change: ResourceChange, holder: string): boolean {
  const isGone = change.action === 'delete';
  const isMoved = change.action === 'replace' && [holder, 'policy_arn'].some((name) => differs(change, [name]));
  if (!isGone && !isMoved) return false;
  return !view
    .named(stringAt(change.before, holder) ?? '')
    .some(({ action }) => action === 'delete' || action === 'replace');
}

/** AWS's own policies allow, but for a few whose names say so. */
function isOfAws(arn: string): boolean {
  return /^arn:[\w-]+:iam::aws:policy\//.test(arn);
}

/** Of a policy that goes without an attachment in the plan, it is not known who held it. */
function deletedPolicies(view: PlanView): readonly Detached[] {
  const attached = view.ofType(...attachments.map(({ type }) => type)).map(({ before }) => before?.policy_arn);
  return view
    .ofType(policyType)
    .filter(({ action, before }) => action === 'delete' && !attached.includes(before?.arn))
    .map((change) => ({ change, undenied: undenied([change], []) }))
    .filter(({ undenied: lost }) => lost.length > 0)
    .map((deleted) => ({ ...deleted, unknown: 'who held the policy: its attachments are not in this plan' }));
}

/** Those that it attaches after the plan. */
function policiesOf(view: PlanView, attachment: ResourceChange): readonly ResourceChange[] {
  const arn = stringAt(attachment.after, 'policy_arn');
  const found = arn === undefined ? view.usedBy(attachment, 'policy_arn') : view.named(arn);
  return found.filter(({ type }) => type === policyType);
}

function undenied(lost: readonly ResourceChange[], kept: readonly ResourceChange[]): readonly Grant[] {
  const statements = (changes: readonly ResourceChange[], side: Side): readonly Statement[] =>
    changes
      .filter((change) => !isSensitive(change, ['policy']))
      .flatMap((change) => parsePolicy(stringAt(change[side], 'policy') ?? '') ?? []);
  return lostDenials(statements(lost, 'before'), statements(kept, 'after'));
}
