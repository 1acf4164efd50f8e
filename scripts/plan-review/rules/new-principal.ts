import { policyChanges } from '../policies';
import { parsePolicy } from '../policy-document';
import type { Rule } from '../rule';

export const newPrincipal: Rule = {
  id: 'new-principal',
  severity: 'warning',
  title: 'Someone new is let in',
  explanation:
    'A trust policy or a policy of a resource names an account, service or role that it did not name before.',
  check: (view) =>
    policyChanges(view).flatMap(({ change, existed, granted }) => {
      const known = existed ? principalsIn(change.before) : [];
      const fresh = granted
        .map(({ principal }) => principal)
        .filter((principal) => principal !== '' && principal !== '*' && !known.includes(principal))
        .filter((principal) => existed || principal.startsWith('Federated:'));
      return [...new Set(fresh)].map((principal) => ({
        address: change.address,
        message: `${principal} is let in`,
        fix: 'make sure that this principal is yours, or take it out',
      }));
    }),
};

function principalsIn(attributes: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const texts = [attributes?.policy, attributes?.assume_role_policy].filter((text) => typeof text === 'string');
  return texts.flatMap((text) => parsePolicy(text) ?? []).flatMap(({ principals }) => principals);
}
