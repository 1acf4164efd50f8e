/**
 * FSx for Lustre's service-linked role, as a policy sees it: by it FSx reaches linked buckets and their keys (FSx for Lustre user guide,
 * "Using service-linked roles").
 */
import { entriesOf, matches, type Statement } from './policy-document';

export interface FsxRole {
  /** Each file system has a role of its own; undefined where there is none yet: only what names them all names it. */
  readonly fileSystemId?: string | undefined;
  /** Undefined where it is not known: whichever a policy names may be the one. */
  readonly accountId?: string | undefined;
}

/** One key of a condition, all of which have to hold. */
export interface Clause {
  /** In lower case, as the operator is; it is without `...IfExists`, and `ForAnyValue:` or `ForAllValues:`. */
  readonly key: string;
  readonly operator: string;
  readonly isNegated: boolean;
  readonly values: readonly string[];
}

export function clausesOf(condition: unknown): readonly Clause[] {
  return entriesOf(condition).flatMap(([name, keys]) => {
    const operator = name.toLowerCase().replaceAll(/^for(?:any|all)values?:|ifexists$/g, '');
    return entriesOf(keys).map(([key, values]) => ({
      key: key.toLowerCase(),
      operator,
      isNegated: operator.includes('not'),
      values: [values].flat().map(String),
    }));
  });
}

/** True where the role is among the principals of a statement, be it among all. */
export function isForRole({ principals, source }: Statement, role: FsxRole): boolean {
  if (entriesOf(source.NotPrincipal).some(([, names]) => [names].flat().some((name) => isRole(String(name), role))))
    return false;
  return principals.some((principal) => principal === '*' || isRole(principal.replace(/^AWS:/, ''), role));
}

/** As `isForRole`; an account as a principal is every role of it where a statement denies, and none of its own where it allows. */
export function isDeniedTo(statement: Statement, role: FsxRole): boolean {
  const accounts = statement.principals.flatMap(
    (name) => /^AWS:(?:arn:[\w-]+:iam::)?(\d+)(?::root)?$/.exec(name)?.[1] ?? [],
  );
  const isOfAccount = accounts.some((account) => account === (role.accountId ?? account));
  return !statement.allows && (isOfAccount || isForRole(statement, role));
}

/** Whether a clause about aws:PrincipalArn holds for the role. In StringEquals a wildcard is a character as any other. */
export function meetsPrincipalArn({ operator, isNegated, values }: Clause, role: FsxRole): boolean {
  if (operator === 'null') return values.includes('false');
  const isLiteral = /^string(?:not)?equals/.test(operator);
  const isNamed = values.some((value) => !(isLiteral && /[*?]/.test(value)) && isRole(value, role));
  return isNamed !== isNegated;
}

function isRole(pattern: string, { fileSystemId = 'fs-?', accountId }: FsxRole): boolean {
  const [, partition, , , account] = pattern.split(':');
  const owner = `arn:${literal(partition) ?? 'aws'}:iam::${accountId ?? literal(account) ?? '111122223333'}`;
  const name = `aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/AWSServiceRoleForFSxS3Access_${fileSystemId}`;
  return matches(pattern, `${owner}:role/${name}`);
}

function literal(text: string | undefined): string | undefined {
  return text === undefined || /[*?]/.test(text) ? undefined : text;
}
