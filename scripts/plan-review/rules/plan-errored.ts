import type { Rule } from '../rule';

export const planErrored: Rule = {
  id: 'plan-errored',
  severity: 'blocked',
  title: 'Terraform could not finish the plan',
  explanation:
    'It stopped at an error, prevent_destroy for example. What it had planned by then is reviewed; Terraform applies no part of it, allowed or not.',
  check: ({ plan }) =>
    plan.errored
      ? [
          {
            address: '',
            message: 'Terraform stopped at an error: this plan cannot be applied',
            fix: "do what Terraform's message says",
          },
        ]
      : [],
};
