/**
 * A bucket's KMS key: FSx encrypts and decrypts objects as its service-linked role, whose own policy says nothing of keys. So the
 * key's policy has to let it in (FSx for Lustre user guide, "Working with server-side encrypted Amazon S3 buckets").
 */
import { partitionOf } from '../../config/regions';
import { type Outcome, ok, problem } from '../../provision/diagnosis/check';
import {
  type Clause,
  clausesOf,
  type FsxRole,
  isDeniedTo,
  isForRole,
  meetsPrincipalArn,
} from '../plan-review/fsx-role';
import { concerns, matches, parsePolicy, type Statement } from '../plan-review/policy-document';
import type { Account } from './check';

const needed = ['kms:Decrypt', 'kms:GenerateDataKey'] as const;

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

/**
 * The account as a principal hands the matter to IAM, which gives the role nothing of KMS. Where the file system's id is not known yet,
 * the policy has to let any of them in: a role named in full is that of another one. Conditions that cannot be judged from here are
 * taken to hold where a statement allows, and not to where it denies.
 */
export function letsFsxIn(policy: string, role: FsxRole = {}): boolean {
  const statements = parsePolicy(policy) ?? [];
  const allows = (statement: Statement) =>
    statement.allows &&
    isForRole(statement, role) &&
    clausesOf(statement.condition).every((clause) => holds(clause, role) !== false);
  const denies = (statement: Statement) =>
    isDeniedTo(statement, role) && clausesOf(statement.condition).every((clause) => holds(clause, role) === true);
  return needed.every((action) => {
    const about = statements.filter((statement) => concerns(statement, action));
    return about.some(allows) && !about.some(denies);
  });
}

/** For FSx, which uses the key through S3; undefined where that cannot be told. */
function holds(clause: Clause, role: FsxRole): boolean | undefined {
  const { key, isNegated, values } = clause;
  if (key === 'aws:principalarn') return meetsPrincipalArn(clause, role);
  if (key === 'kms:viaservice') return values.some((value) => /^(?:s3\.|\*)/.test(value)) !== isNegated;
  if (key !== 'kms:calleraccount' && key !== 'aws:principalaccount') return undefined;
  const { accountId } = role;
  return accountId === undefined ? undefined : values.some((value) => matches(value, accountId)) !== isNegated;
}
