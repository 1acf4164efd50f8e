import { namedAccess } from '../acl';
import { policyChanges } from '../policies';
import { parsePolicy } from '../policy-document';
import type { Rule } from '../rule';

export const newPrincipal: Rule = {
  id: 'new-principal',
  severity: 'warning',
  title: 'Someone new is let in',
  explanation:
    "A trust policy, a policy of a resource or a bucket's ACL names an account, service or role that it did not name before.",
  check: (view) => [
    ...policyChanges(view).flatMap(({ change, existed, granted }) => {
      const known = existed ? principalsIn(change.before) : [];
      const fresh = granted
        .map(({ principal }) => principal)
        .filter((principal) => principal !== '' && principal !== '*' && !known.includes(principal))
        .filter((principal) => existed || principal.startsWith('Federated:'));
      return [...new Set(fresh)].map((principal) => ({
        address: change.address,
        message: `${principal} is let in`,
        fix,
      }));
    }),
    ...view
      .ofType('aws_s3_bucket_acl', 'aws_s3_bucket')
      .filter(({ action }) => action === 'update' || action === 'replace')
      .flatMap(({ address, before, after }) => {
        const known = namedAccess(before);
        return namedAccess(after)
          .filter((access) => !known.includes(access))
          .map((access) => ({ address, message: `the ACL grants ${access}`, fix }));
      }),
  ],
};

const fix = 'make sure that this principal is yours, or take it out';

function principalsIn(attributes: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const texts = [attributes?.policy, attributes?.assume_role_policy].filter((text) => typeof text === 'string');
  return texts.flatMap((text) => parsePolicy(text) ?? []).flatMap(({ principals }) => principals);
}
