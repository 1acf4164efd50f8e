/**
 * A bucket's KMS key: FSx encrypts and decrypts objects as its service-linked role, whose own policy says nothing of keys. So the
 * key's policy has to let it in (FSx for Lustre user guide, "Working with server-side encrypted Amazon S3 buckets").
 */
import { type Outcome, ok, problem } from '../../provision/diagnosis/check';
import { concerns, parsePolicy, type Statement } from '../plan-review/policy-document';
import type { Account } from './check';

const needed = ['kms:Decrypt', 'kms:GenerateDataKey'] as const;

export async function keyOutcome({ kms }: Account, key: string): Promise<Outcome> {
  const policy = await kms.keyPolicy(key);
  if (policy === undefined)
    return problem(`there is no key ${key}`, "encrypt the bucket with a key that exists, or with S3's own");
  if (letsFsxIn(policy)) return ok(`${key} lets FSx in`);
  return problem(
    `the policy of ${key} does not let FSx in: objects can be neither read nor written`,
    'allow kms:Encrypt, Decrypt, ReEncrypt*, GenerateDataKey* and DescribeKey to arn:aws:iam::ACCOUNT:role/aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/AWSServiceRoleForFSxS3Access_fs-...; by aws:PrincipalArn where the role does not exist yet',
  );
}

/** The account as a principal hands the matter to IAM, which gives the role nothing of KMS. */
export function letsFsxIn(policy: string): boolean {
  const statements = (parsePolicy(policy) ?? []).filter(isForFsx);
  return needed.every((action) => statements.some((statement) => concerns(statement, action)));
}

function isForFsx({ allows, principals, condition }: Statement): boolean {
  const role = /AWSServiceRoleForFSxS3Access_/;
  if (!allows) return false;
  if (principals.some((principal) => role.test(principal))) return true;
  const words = JSON.stringify(condition ?? {});
  const isForAnybody = condition === undefined || /"kms:ViaService":\s*\[?"s3\./.test(words);
  return principals.includes('*') && (role.test(words) || (isForAnybody && !/aws:PrincipalArn/i.test(words)));
}
