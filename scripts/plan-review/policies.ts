/** Where policies stand in a plan, and what the plan makes them allow. */

import type { Attributes, Path, ResourceChange } from './plan-json';
import type { PlanView } from './plan-view';
import { type Grant, lostDenials, newGrants, parsePolicy, type Statement } from './policy-document';
import { removed, takesOver } from './protections';
import { isSensitive, isUnknown, listAt, stringAt } from './values';

/** Attribute of the AWS provider's resource types that holds a policy document. */
const policyAttributes: Readonly<Record<string, string>> = {
  aws_iam_policy: 'policy',
  aws_iam_role_policy: 'policy',
  aws_iam_user_policy: 'policy',
  aws_iam_group_policy: 'policy',
  aws_iam_role: 'assume_role_policy',
  aws_s3_bucket: 'policy',
  aws_s3_bucket_policy: 'policy',
  aws_s3_access_point: 'policy',
  aws_s3control_access_point_policy: 'policy',
  aws_kms_key: 'policy',
  aws_kms_key_policy: 'policy',
  aws_sns_topic: 'policy',
  aws_sns_topic_policy: 'policy',
  aws_sqs_queue: 'policy',
  aws_sqs_queue_policy: 'policy',
  aws_secretsmanager_secret: 'policy',
  aws_secretsmanager_secret_policy: 'policy',
  aws_ecr_repository_policy: 'policy',
  aws_efs_file_system_policy: 'policy',
};

/** Attribute that names what a policy is for, where it is a resource of its own. Others go with what they are for. */
const guarded: Readonly<Record<string, string>> = {
  aws_iam_role_policy: 'role',
  aws_iam_user_policy: 'user',
  aws_iam_group_policy: 'group',
  aws_s3_bucket_policy: 'bucket',
  aws_s3control_access_point_policy: 'access_point_arn',
  aws_kms_key_policy: 'key_id',
  aws_sns_topic_policy: 'arn',
  aws_sqs_queue_policy: 'queue_url',
  aws_secretsmanager_secret_policy: 'secret_arn',
  aws_ecr_repository_policy: 'repository',
  aws_efs_file_system_policy: 'file_system_id',
};

export interface PolicyChange {
  readonly change: ResourceChange;
  /** True where there was a policy before: what is new then widens something in use. */
  readonly existed: boolean;
  readonly granted: readonly Grant[];
  readonly undenied: readonly Grant[];
}

/** What can be read of the policies that the plan writes or deletes; see `unreadablePolicies` for the rest. */
export function policyChanges(view: PlanView): readonly PolicyChange[] {
  const gone = deleted(view);
  const changed = written(view).map(({ change, attribute }) => {
    const paths = pathsOf(change, attribute).filter((path) => !isSensitive(change, path));
    const before = statementsOf(change.before, paths);
    const after = statementsOf(change.after, paths);
    // What is hidden may deny still what is seen to be denied no more.
    const isTold = gone.some((other) => other.change === change);
    const undenied = isTold || hiddenPaths(view, change, attribute).length > 0 ? [] : lostDenials(before, after);
    return { change, existed: before.length > 0, granted: newGrants(before, after), undenied };
  });
  return [...changed, ...gone];
}

/** A policy that goes, or goes over to something else, takes its denials with it, unless another of the same resource has them. */
function deleted(view: PlanView): readonly PolicyChange[] {
  return Object.entries(guarded).flatMap(([type, name]) =>
    removed(view, [type], name).map((change) => {
      const paths = [[policyAttributes[type] ?? '']];
      const others = view
        .ofType(type)
        .filter((other) => other !== change && other.after !== undefined && takesOver(view, [change, other], name));
      const after = others.flatMap((other) => statementsOf(other.after, paths));
      const undenied = lostDenials(statementsOf(change.before, paths), after);
      return { change, existed: true, granted: [], undenied };
    }),
  );
}

/** Policies that are known after apply only, or must not be shown, or a part of them is so. */
export function unreadablePolicies(view: PlanView): readonly ResourceChange[] {
  return written(view)
    .filter(({ change, attribute }) => hiddenPaths(view, change, attribute).length > 0)
    .map(({ change }) => change);
}

/** A role has policies written into it besides that of who may take it. */
const inlinePolicies = 'inline_policy';

function pathsOf({ type }: ResourceChange, attribute: string): readonly Path[] {
  return type === 'aws_iam_role' ? [[attribute], [inlinePolicies]] : [[attribute]];
}

/** Left to AWS, policies within a role are unknown as well, and not the plan's doing. */
function hiddenPaths(view: PlanView, change: ResourceChange, attribute: string): readonly Path[] {
  return pathsOf(change, attribute)
    .filter(([name]) => name !== inlinePolicies || view.isSet(change, inlinePolicies))
    .filter((path) => isUnknown(change, path) || isSensitive(change, path));
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

function statementsOf(attributes: Attributes | undefined, paths: readonly Path[]): readonly Statement[] {
  const texts = paths.flatMap((path) => [
    stringAt(attributes, ...path),
    ...listAt(attributes, ...path).map((policy) => stringAt(policy, 'policy')),
  ]);
  return texts.flatMap((text) => (text === undefined ? [] : (parsePolicy(text) ?? [])));
}
