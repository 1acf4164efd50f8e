import { detachedPolicies } from '../detached';
import { policyChanges } from '../policies';
import { type Grant, isBoundless } from '../policy-document';
import { type Protection, weakened } from '../protections';
import type { Rule } from '../rule';

/** Statement by statement: what a policy in use allows now and did not before, and wildcards in a new one. */
export const iamWidening: Rule = {
  id: 'iam-widening',
  severity: 'warning',
  title: 'A policy allows more than before',
  explanation:
    'New actions, wider resources, a condition less, a denial or a permissions boundary that is gone: whoever holds the policy may do more.',
  check: (view) => [
    ...policyChanges(view).flatMap(({ change, existed, granted, undenied }) => {
      // What is boundless is the business of iam-wildcard.
      const allowed = granted.filter((grant) => (existed || isWide(grant)) && !isBoundless(grant));
      const hit = (message: string) => ({
        address: change.address,
        message,
        fix: 'allow the actions and resources that are needed, under the conditions that held before',
      });
      return [
        ...allowed.map((grant) => hit(`newly allowed: ${describe(grant)}`)),
        ...undenied.map((grant) => hit(`no longer denied: ${describe(grant)}`)),
      ];
    }),
    ...detachedPolicies(view).flatMap(({ change, undenied, unknown }) => [
      ...undenied.map((grant) => ({
        address: change.address,
        message: `no longer denied: ${describe(grant)}`,
        fix: 'attach a policy that denies it still',
      })),
      ...(unknown === undefined
        ? []
        : [
            {
              address: change.address,
              message: `not known: ${unknown}`,
              fix: 'look at it in IAM before the apply: aws iam list-entities-for-policy, aws iam get-policy-version',
            },
          ]),
    ]),
    ...weakened(view, boundaries, 'keep the boundary: nothing else caps what the policies allow'),
  ],
};

const boundaries: readonly Protection[] = [
  {
    types: ['aws_iam_role', 'aws_iam_user'],
    path: ['permissions_boundary'],
    isWeaker: (before, after) => Boolean(before) && !after,
    loss: 'the permissions boundary is taken away',
  },
];

/** Reading lists has no resource to name, in most services. */
function isWide({ principal, action, resource }: Grant): boolean {
  if (principal !== '') return false;
  return action.includes('*') || (resource === '*' && !/:(Describe|List|Get)/.test(action) && !isAlwaysOnAll(action));
}

/**
 * Actions that are of no resource, or that AWS has every host allow on all: metrics (CloudWatch user guide, "Using condition keys to
 * limit access to CloudWatch namespaces") and Session Manager ("Add Session Manager permissions to an existing IAM role").
 */
function isAlwaysOnAll(action: string): boolean {
  return /^(cloudwatch:PutMetricData|ssm:UpdateInstanceInformation|ssmmessages:\w+|ec2messages:\w+)$/i.test(action);
}

function describe({ principal, action, resource, condition }: Grant): string {
  const on = resource === '' ? '' : ` on ${resource}`;
  const who = principal === '' ? '' : ` for ${principal}`;
  return `${action}${on}${who}${condition === undefined ? '' : ' under a condition'}`;
}
