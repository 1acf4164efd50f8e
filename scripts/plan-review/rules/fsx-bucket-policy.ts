import { parseDataRepository } from '../../../config/data-repository';
import { demandsVpc } from '../fsx-shut-out';
import { lastingAssociations } from '../lustre';
import type { ResourceChange } from '../plan-json';
import type { PlanView } from '../plan-view';
import type { Rule } from '../rule';
import { differs, stringAt } from '../values';

export const fsxBucketPolicy: Rule = {
  id: 'fsx-bucket-policy',
  severity: 'blocked',
  title: 'A bucket policy that demands a VPC stops the export',
  explanation:
    'FSx reaches the bucket from a network of its own, so a condition on aws:SourceVpc or aws:SourceVpce shuts it out: the association becomes MISCONFIGURED.',
  check: (view) =>
    view
      .ofType('aws_s3_bucket_policy', 'aws_s3_bucket')
      .filter((policy) =>
        lastingAssociations(view).some(
          (association) =>
            (differs(policy, ['policy']) || association.action !== 'no-op') &&
            areOfOneBucket(view, policy, association) &&
            demandsVpc(stringAt(policy.after, 'policy') ?? '', repositoryOf(association)?.prefix),
        ),
      )
      .map(({ address }) => ({
        address,
        message: 'the policy demands aws:SourceVpc or aws:SourceVpce of a bucket that an association exports to',
        fix: "leave FSx's service-linked role (AWSServiceRoleForFSxS3Access_*) out of the statement by aws:PrincipalArn",
      })),
};

function areOfOneBucket(view: PlanView, policy: ResourceChange, association: ResourceChange): boolean {
  const name = repositoryOf(association)?.bucket;
  if (name !== undefined && name === stringAt(policy.after, 'bucket')) return true;
  const repositories = view.usedBy(association, 'data_repository_path').map(({ address }) => address);
  const buckets = policy.type === 'aws_s3_bucket' ? [policy] : view.usedBy(policy, 'bucket');
  return buckets.some(({ address }) => repositories.includes(address));
}

function repositoryOf({ after }: ResourceChange) {
  const uri = stringAt(after, 'data_repository_path');
  return uri === undefined ? undefined : parseDataRepository(uri);
}
