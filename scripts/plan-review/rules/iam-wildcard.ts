import type { Attributes, ResourceChange } from '../plan-json';
import { policyChanges } from '../policies';
import { isBoundless } from '../policy-document';
import type { Rule } from '../rule';
import { stringAt, stringsAt } from '../values';

export const iamWildcard: Rule = {
  id: 'iam-wildcard',
  severity: 'blocked',
  title: 'A role, user or group may do everything, or everything with a service',
  explanation:
    'A wildcard action on every resource, or a managed policy of AWS such as AdministratorAccess or AmazonS3FullAccess, makes whoever holds the role an administrator.',
  check: (view) => [
    ...policyChanges(view).flatMap(({ change, granted }) =>
      granted.filter(isBoundless).map(({ action }) => ({
        address: change.address,
        message: `${action} is allowed on every resource`,
        fix: 'name the actions and the resources that are needed',
      })),
    ),
    ...view.ofType(...Object.keys(attaching)).flatMap((change) =>
      attached(change).map((name) => ({
        address: change.address,
        message: `the managed policy ${name} is attached`,
        fix: 'attach a policy that names the actions and the resources that are needed',
      })),
    ),
  ],
};

/** AWS's own that allow everything, or everything with a service. */
const boundless =
  /^arn:[\w-]+:iam::aws:policy\/(?:[\w-]+\/)*(AdministratorAccess|PowerUserAccess|\w*FullAccess(?:_?[vV]\d+)?)$/;

/** Attribute of the AWS provider's resource types that attaches one managed policy, or a list of them. */
const attaching: Readonly<Record<string, string>> = {
  aws_iam_role_policy_attachment: 'policy_arn',
  aws_iam_user_policy_attachment: 'policy_arn',
  aws_iam_group_policy_attachment: 'policy_arn',
  aws_iam_policy_attachment: 'policy_arn',
  aws_iam_role: 'managed_policy_arns',
  aws_iam_role_policy_attachments_exclusive: 'policy_arns',
  aws_iam_user_policy_attachments_exclusive: 'policy_arns',
  aws_iam_group_policy_attachments_exclusive: 'policy_arns',
};

/** Those without bounds that the plan attaches, and that were not attached before. */
function attached({ type, action, before, after }: ResourceChange): readonly string[] {
  if (action === 'no-op') return [];
  const arns = arnsIn(after, attaching[type] ?? '');
  const earlier = action === 'update' ? arnsIn(before, attaching[type] ?? '') : [];
  return arns.filter((arn) => !earlier.includes(arn)).flatMap((arn) => boundless.exec(arn)?.[1] ?? []);
}

function arnsIn(attributes: Attributes | undefined, attribute: string): readonly string[] {
  const one = stringAt(attributes, attribute);
  return one === undefined ? stringsAt(attributes, attribute) : [one];
}
