/** Whom ACLs of buckets let in, from the ways in which Terraform writes it. */
import type { Attributes } from './plan-json';
import { listAt, stringAt, stringsAt } from './values';

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

/** Amazon S3 User Guide, "Amazon S3 predefined groups": authenticated is who has any AWS account. */
function toGroup(uri: string | undefined, permissions: readonly string[]): readonly string[] {
  const group = /\/global\/(AllUsers|AuthenticatedUsers)$/.exec(uri ?? '')?.[1];
  return group === undefined ? [] : permissions.map((permission) => `${permission} of the group ${group}`);
}
