/** Where policies stand in a plan, and what the plan makes them allow. */

import type { Attributes, ResourceChange } from './plan-json';
import type { PlanView } from './plan-view';
import { type Grant, lostDenials, newGrants, parsePolicy, type Statement } from './policy-document';
import { isSensitive, isUnknown, listAt, stringAt } from './values';

/** Attribute of the AWS provider's resource types that holds a policy document. */
const policyAttributes: Readonly<Record<string, string>> = {
  aws_iam_policy: 'policy',
  aws_iam_role_policy: 'policy',
  aws_iam_user_policy: 'policy',
  aws_iam_group_policy: 'policy',
  aws_iam_role: 'assume_role_policy',
  aws_s3_bucket_policy: 'policy',
  aws_kms_key: 'policy',
  aws_kms_key_policy: 'policy',
  aws_sns_topic: 'policy',
  aws_sns_topic_policy: 'policy',
  aws_sqs_queue: 'policy',
  aws_sqs_queue_policy: 'policy',
  aws_secretsmanager_secret_policy: 'policy',
  aws_ecr_repository_policy: 'policy',
  aws_efs_file_system_policy: 'policy',
};

export interface PolicyChange {
  readonly change: ResourceChange;
  /** True where there was a policy before: what is new then widens something in use. */
  readonly existed: boolean;
  readonly granted: readonly Grant[];
  readonly undenied: readonly Grant[];
}

/** Policies that the plan writes and that can be read; see `unreadablePolicies` for the others. */
export function policyChanges(view: PlanView): readonly PolicyChange[] {
  return written(view).flatMap(({ change, attribute }) => {
    const inline = change.type === 'aws_iam_role';
    const before = statementsOf(change.before, attribute, inline);
    const after = statementsOf(change.after, attribute, inline);
    if (isHidden(change, attribute)) return [];
    return [
      { change, existed: before.length > 0, granted: newGrants(before, after), undenied: lostDenials(before, after) },
    ];
  });
}

/** Policies that are known after apply only, or must not be shown. */
export function unreadablePolicies(view: PlanView): readonly ResourceChange[] {
  return written(view)
    .filter(({ change, attribute }) => isHidden(change, attribute))
    .map(({ change }) => change);
}

function isHidden(change: ResourceChange, attribute: string): boolean {
  return isUnknown(change, [attribute]) || isSensitive(change, [attribute]);
}

/** Those that the configuration gives: one left to AWS is unknown as well, and not the plan's doing. */
function written(view: PlanView): readonly { readonly change: ResourceChange; readonly attribute: string }[] {
  return Object.entries(policyAttributes).flatMap(([type, attribute]) =>
    view
      .ofType(type)
      .filter(({ action }) => action === 'create' || action === 'update' || action === 'replace')
      .filter((change) => stringAt(change.after, attribute) !== undefined || view.isSet(change, attribute))
      .map((change) => ({ change, attribute })),
  );
}

function statementsOf(attributes: Attributes | undefined, attribute: string, inline: boolean): readonly Statement[] {
  const texts = [
    stringAt(attributes, attribute),
    ...(inline ? listAt(attributes, 'inline_policy').map((policy) => stringAt(policy, 'policy')) : []),
  ];
  return texts.flatMap((text) => (text === undefined ? [] : (parsePolicy(text) ?? [])));
}
