/**
 * Key policies that let FSx use the key of a linked bucket (FSx for Lustre user guide, "Working with server-side encrypted Amazon S3
 * buckets"): its service-linked role's own policy says nothing of keys.
 */
import { type Clause, clausesOf, type FsxRole, isDeniedTo, isForRole, meetsPrincipalArn } from './fsx-role';
import { concerns, matches, parsePolicy, type Statement } from './policy-document';

const needed = ['kms:Decrypt', 'kms:GenerateDataKey'] as const;

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
