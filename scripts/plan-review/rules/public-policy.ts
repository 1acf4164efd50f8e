import { publicAccess } from '../acl';
import { namesCaller } from '../caller-condition';
import { policyChanges } from '../policies';
import type { Rule } from '../rule';

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
    ...view.ofType('aws_s3_bucket_acl', 'aws_s3_bucket').flatMap(({ address, before, after }) => {
      const known = publicAccess(before);
      return publicAccess(after)
        .filter((access) => !known.includes(access))
        .map((access) => ({
          address,
          message: `${access} lets anyone in`,
          fix: 'use private, with object ownership BucketOwnerEnforced',
        }));
    }),
  ],
};
