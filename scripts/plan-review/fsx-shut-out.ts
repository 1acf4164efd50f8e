/** Bucket policies that keep FSx from exporting. */
import { type Clause, clausesOf, type FsxRole, isDeniedTo, meetsPrincipalArn } from './fsx-role';
import { concerns, parsePolicy, type Statement } from './policy-document';

/** What a linked bucket is asked for (FSx for Lustre user guide, "Creating a service-linked role", the policy of the bucket). */
const needed = ['s3:PutObject', 's3:GetObject', 's3:DeleteObject', 's3:ListBucket', 's3:AbortMultipartUpload'];

/**
 * True where a statement denies what FSx needs, on a condition of the network or of who calls. FSx for Lustre reaches the bucket from a
 * network of its own, as its service-linked role: a statement that leaves that role out has thought of it, as has one that names the role
 * of one file system. What is allowed on such a condition shuts nobody out.
 * @param prefix Of the bucket, that is linked; the whole of it by default.
 */
export function shutsFsxOut(policy: string, prefix = ''): boolean {
  return (parsePolicy(policy) ?? []).some((statement) => {
    const role = { fileSystemId: /AWSServiceRoleForFSxS3Access_(fs-\w+)/.exec(JSON.stringify(statement.source))?.[1] };
    const clauses = clausesOf(statement.condition);
    return (
      isAboutCaller(statement, clauses) &&
      clauses.every((clause) => mayHold(clause, role)) &&
      isDeniedTo(statement, role) &&
      needed.some((action) => concerns(statement, action)) &&
      statement.resources.some((resource) => mayLieWithin(resource, prefix))
    );
  });
}

const networkKeys: ReadonlySet<string> = new Set(
  ['sourcevpc', 'sourcevpce', 'sourcevpcarn', 'sourceip', 'vpcsourceip'].map((key) => `aws:${key}`),
);

/** By network, or by nothing but who calls: besides another condition, that one may be what decides. */
function isAboutCaller({ source }: Statement, clauses: readonly Clause[]): boolean {
  if (clauses.some(({ key }) => networkKeys.has(key))) return true;
  return clauses.length === 0
    ? source.NotPrincipal !== undefined
    : clauses.every(({ key }) => key === 'aws:principalarn');
}

/** For a request of FSx, which comes from none of your networks. */
function mayHold(clause: Clause, role: FsxRole): boolean {
  if (networkKeys.has(clause.key))
    return clause.operator === 'null' ? clause.values.includes('true') : clause.isNegated;
  return clause.key !== 'aws:principalarn' || meetsPrincipalArn(clause, role);
}

/** The bucket itself, which is listed, and whatever can begin as its objects do. */
function mayLieWithin(resource: string, prefix: string): boolean {
  const [, key] = /^arn:[^:]*:s3:::[^/]+\/(.*)$/s.exec(resource) ?? [];
  if (key === undefined || prefix === '') return true;
  const [start = ''] = key.split(/[*?]/);
  return start.startsWith(`${prefix}/`) || `${prefix}/`.startsWith(start);
}
