import { unreadablePolicies } from '../policies';
import type { Rule } from '../rule';

export const policyUnreadable: Rule = {
  id: 'policy-unreadable',
  severity: 'info',
  title: 'A policy is known after apply only, or sensitive, and was not reviewed',
  explanation:
    'Most hold the ARN or the id of something that the plan creates; Terraform then shows no part of the document.',
  check: (view) =>
    unreadablePolicies(view).map((change) => ({
      address: change.address,
      message: `what ${view.name(change)} allows cannot be read from the plan`,
      fix: 'read it in the Terraform configuration',
    })),
};
