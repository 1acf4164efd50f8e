/** Whom ACLs of buckets let in, from the ways in which Terraform writes it. */
import type { Attributes } from './plan-json';
import { listAt, stringAt, stringsAt, valueAt } from './values';

/** What an ACL lets everybody do, a subject: `the ACL public-read`, `READ of the group AllUsers`. */
export function publicAccess(attributes: Attributes | undefined): readonly string[] {
  const canned = stringAt(attributes, 'acl');
  return [
    ...(canned !== undefined && /^(public-|authenticated-read$)/.test(canned) ? [`the ACL ${canned}`] : []),
    ...listAt(attributes, 'access_control_policy', 0, 'grant').flatMap((grant) =>
      toGroup(stringAt(grant, 'grantee', 0, 'uri'), [stringAt(grant, 'permission') ?? 'access']),
    ),
    ...listAt(attributes, 'grant').flatMap((grant) => toGroup(stringAt(grant, 'uri'), stringsAt(grant, 'permissions'))),
  ];
}

/** Other accounts that an ACL names, and S3's log delivery, each with what it may do: `WRITE to 79a59df9...`. */
export function namedAccess(attributes: Attributes | undefined): readonly string[] {
  const owner = stringAt(attributes, 'access_control_policy', 0, 'owner', 0, 'id');
  return [
    ...listAt(attributes, 'access_control_policy', 0, 'grant').map((grant) => ({
      grantee: valueAt(grant, ['grantee', 0]),
      permissions: [stringAt(grant, 'permission') ?? 'access'],
    })),
    ...listAt(attributes, 'grant').map((grant) => ({ grantee: grant, permissions: stringsAt(grant, 'permissions') })),
  ].flatMap(({ grantee, permissions }) => {
    const name = stringAt(grantee, 'id') ?? stringAt(grantee, 'email_address') ?? logDelivery(stringAt(grantee, 'uri'));
    return name === undefined || name === owner ? [] : permissions.map((permission) => `${permission} to ${name}`);
  });
}

function logDelivery(uri = ''): string | undefined {
  return uri.endsWith('/s3/LogDelivery') ? 'the group LogDelivery' : undefined;
}

/** Amazon S3 User Guide, "Amazon S3 predefined groups": authenticated is who has any AWS account. */
function toGroup(uri: string | undefined, permissions: readonly string[]): readonly string[] {
  const group = /\/global\/(AllUsers|AuthenticatedUsers)$/.exec(uri ?? '')?.[1];
  return group === undefined ? [] : permissions.map((permission) => `${permission} of the group ${group}`);
}
