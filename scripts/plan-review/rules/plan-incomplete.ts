import type { Rule } from '../rule';

export const planIncomplete: Rule = {
  id: 'plan-incomplete',
  severity: 'warning',
  title: 'The plan is a part of what there is to do',
  explanation:
    'Terraform was told to look at some resources only, or put some off until others are there. What it left out is not reviewed, and is still to do after the apply.',
  check: ({ plan }) => {
    if (plan.complete || plan.errored) return [];
    const { deferred } = plan;
    const message =
      deferred.length === 0
        ? 'resources were left out, by -target or -exclude for example'
        : `put off: ${deferred.join(', ')}`;
    const fix =
      deferred.length === 0
        ? 'plan without -target (see TF_CLI_ARGS and TF_CLI_ARGS_plan in the environment too)'
        : 'after the apply plan and apply again';
    return [{ address: '', message, fix }];
  },
};
