/**
 * A bucket's KMS key: FSx encrypts and decrypts objects as its service-linked role, whose own policy says nothing of keys. So the
 * key's policy has to let it in (FSx for Lustre user guide, "Working with server-side encrypted Amazon S3 buckets").
 */
import { partitionOf } from '../../config/regions';
import { type Outcome, ok, problem } from '../../provision/diagnosis/check';
import { concerns, matches, parsePolicy, type Statement } from '../plan-review/policy-document';
import type { Account } from './check';

const needed = ['kms:Decrypt', 'kms:GenerateDataKey'] as const;

/** `fileSystemId`: of the file system that is to use it, where there is one already. */
export async function keyOutcome(
  { kms, region }: Account,
  { key, fileSystemId }: { readonly key: string; readonly fileSystemId: string | undefined },
): Promise<Outcome> {
  const policy = await kms.keyPolicy(key);
  if (policy === undefined)
    return problem(`there is no key ${key}`, "encrypt the bucket with a key that exists, or with S3's own");
  if (letsFsxIn(policy, fileSystemId)) return ok(`${key} lets FSx in`);
  return problem(
    `the policy of ${key} does not let FSx in: objects can be neither read nor written`,
    `allow kms:Encrypt, Decrypt, ReEncrypt*, GenerateDataKey* and DescribeKey to arn:${partitionOf(region).partition}:iam::ACCOUNT:role/aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/AWSServiceRoleForFSxS3Access_fs-*, by aws:PrincipalArn: each file system has a role of its own`,
  );
}

/**
 * The account as a principal hands the matter to IAM, which gives the role nothing of KMS. Where the file system's id is not known yet,
 * the policy has to let any of them in: a role named in full is that of another one.
 */
export function letsFsxIn(policy: string, fileSystemId = unknownId): boolean {
  const statements = (parsePolicy(policy) ?? []).filter((statement) => isForFsx(statement, fileSystemId));
  return needed.every((action) => statements.some((statement) => concerns(statement, action)));
}

/** What a pattern has to match that is to match every id. */
const unknownId = 'fs-?';

function isForFsx({ allows, principals, condition }: Statement, fileSystemId: string): boolean {
  if (!allows) return false;
  if (principals.some((principal) => namesRole(principal, fileSystemId))) return true;
  const words = JSON.stringify(condition ?? {});
  const isForAnybody = condition === undefined || /"kms:ViaService":\s*\[?"s3\./.test(words);
  return (
    principals.includes('*') && (namesRole(words, fileSystemId) || (isForAnybody && !/aws:PrincipalArn/i.test(words)))
  );
}

function namesRole(text: string, fileSystemId: string): boolean {
  return [...text.matchAll(/AWSServiceRoleForFSxS3Access_([\w*?-]*)/g)].some(([, pattern = '']) =>
    matches(pattern, fileSystemId),
  );
}
