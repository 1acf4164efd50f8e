import { namesCaller } from '../caller-condition';
import { policyChanges } from '../policies';
import type { Rule } from '../rule';
import { stringAt } from '../values';

export const publicPolicy: Rule = {
  id: 'public-policy',
  severity: 'blocked',
  title: 'A policy or an ACL lets anyone in',
  explanation:
    'A principal of * is everyone with or without an AWS account, unless a condition says whose account, organization or network the call is from.',
  check: (view) => [
    ...policyChanges(view).flatMap(({ change, granted }) => {
      const open = granted.filter(({ principal, condition }) => principal === '*' && !namesCaller(condition));
      return open.map(({ action, condition }) => ({
        address: change.address,
        message: `${action} is allowed to anyone${condition === undefined ? '' : ': the condition does not say whom'}`,
        fix: 'name the principals, or add a condition that only yours fulfil',
      }));
    }),
    ...view
      .ofType('aws_s3_bucket_acl', 'aws_s3_bucket')
      .filter(({ before, after }) => isPublicAcl(stringAt(after, 'acl')) && before?.acl !== after?.acl)
      .map((change) => ({
        address: change.address,
        message: `the ACL ${stringAt(change.after, 'acl')} lets anyone in`,
        fix: 'use private, with object ownership BucketOwnerEnforced',
      })),
  ],
};

function isPublicAcl(acl: string | undefined): boolean {
  return acl !== undefined && /^(public-|authenticated-read$)/.test(acl);
}
