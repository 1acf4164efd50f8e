import { shutsFsxOut } from '../fsx-shut-out';
import { areOfOneBucket, lastingAssociations, repositoryOf } from '../lustre';
import { isLeftAsItIs } from '../plan-json';
import type { Rule } from '../rule';
import { differs, stringAt } from '../values';

export const fsxBucketPolicy: Rule = {
  id: 'fsx-bucket-policy',
  severity: 'blocked',
  title: 'A bucket policy that keeps FSx out stops the export',
  explanation:
    'FSx reaches the bucket from a network of its own, as its service-linked role. A denial to whoever comes from elsewhere than your VPC, endpoint or addresses, or is none of your roles, shuts it out: the association becomes MISCONFIGURED.',
  check: (view) =>
    view
      .ofType('aws_s3_bucket_policy', 'aws_s3_bucket')
      .filter((policy) =>
        lastingAssociations(view).some(
          (association) =>
            (differs(policy, ['policy']) || !isLeftAsItIs(association)) &&
            areOfOneBucket(view, policy, association) &&
            shutsFsxOut(stringAt(policy.after, 'policy') ?? '', repositoryOf(association)?.prefix),
        ),
      )
      .map(({ address }) => ({
        address,
        message:
          'the policy denies FSx a bucket that an association exports to: it demands a network or a principal that FSx is not',
        fix: "leave FSx's service-linked role (AWSServiceRoleForFSxS3Access_*) out of the statement by aws:PrincipalArn",
      })),
};
