import { policyChanges } from '../policies';
import { isBoundless } from '../policy-document';
import type { Rule } from '../rule';
import { stringAt } from '../values';

export const iamWildcard: Rule = {
  id: 'iam-wildcard',
  severity: 'blocked',
  title: 'A role, user or group may do everything, or everything with a service',
  explanation:
    'A wildcard action on every resource, or a managed policy such as AdministratorAccess, makes whoever holds the role an administrator.',
  check: (view) => [
    ...policyChanges(view).flatMap(({ change, granted }) =>
      granted.filter(isBoundless).map(({ action }) => ({
        address: change.address,
        message: `${action} is allowed on every resource`,
        fix: 'name the actions and the resources that are needed',
      })),
    ),
    ...view
      .ofType(
        'aws_iam_role_policy_attachment',
        'aws_iam_user_policy_attachment',
        'aws_iam_group_policy_attachment',
        'aws_iam_policy_attachment',
      )
      .filter(({ action }) => action !== 'no-op')
      .flatMap((change) => {
        const name = stringAt(change.after, 'policy_arn')?.split(':policy/')[1];
        if (name === undefined || !boundless.includes(name)) return [];
        return [
          {
            address: change.address,
            message: `the managed policy ${name} is attached`,
            fix: 'attach a policy that names the actions and the resources that are needed',
          },
        ];
      }),
  ],
};

const boundless: readonly string[] = ['AdministratorAccess', 'PowerUserAccess', 'IAMFullAccess'];
