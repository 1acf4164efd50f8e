/**
 * A bucket's KMS key: FSx encrypts and decrypts objects as its service-linked role, whose own policy says nothing of keys. So the
 * key's policy has to let it in (FSx for Lustre user guide, "Working with server-side encrypted Amazon S3 buckets").
 */
import { partitionOf } from '../../config/regions';
import { type Outcome, ok, problem } from '../../provision/diagnosis/check';
import { letsFsxIn } from '../plan-review/fsx-let-in';
import type { FsxRole } from '../plan-review/fsx-role';
import type { Account } from './check';

/** `role`: of the file system that is to use it, where there is one already. */
export async function keyOutcome(
  { kms, region }: Account,
  { key, role }: { readonly key: string; readonly role: FsxRole },
): Promise<Outcome> {
  const policy = await kms.keyPolicy(key);
  if (policy === undefined)
    return problem(`there is no key ${key}`, "encrypt the bucket with a key that exists, or with S3's own");
  if (letsFsxIn(policy, role)) return ok(`${key} lets FSx in`);
  return problem(
    `the policy of ${key} does not let FSx in: objects can be neither read nor written`,
    `allow kms:Encrypt, Decrypt, ReEncrypt*, GenerateDataKey* and DescribeKey to arn:${partitionOf(region).partition}:iam::ACCOUNT:role/aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/AWSServiceRoleForFSxS3Access_fs-*, by aws:PrincipalArn: each file system has a role of its own`,
  );
}
