import { hasUnknownSource, ingressTypes } from '../ingress';
import type { Rule } from '../rule';

export const ingressUnreadable: Rule = {
  id: 'ingress-unreadable',
  severity: 'info',
  title: 'Who is let in is known after apply only, and was not reviewed',
  explanation: 'Most are addresses that the plan creates; whether they are few or the whole internet shows only then.',
  check: (view) =>
    view
      .ofType(...ingressTypes)
      .filter((change) => hasUnknownSource(view, change))
      .map((change) => ({
        address: change.address,
        message: `the networks that ${view.name(change)} lets in cannot be read from the plan`,
        fix: 'read them in the Terraform configuration',
      })),
};
