import { lustreType } from '../data-stores';
import { letsFsxIn } from '../fsx-let-in';
import type { ResourceChange } from '../plan-json';
import type { PlanView } from '../plan-view';
import { removed } from '../protections';
import type { Rule } from '../rule';
import { isSensitive, isUnknown, stringAt } from '../values';

export const fsxKeyPolicy: Rule = {
  id: 'fsx-key-policy',
  severity: 'blocked',
  title: 'A key policy lets FSx in no more',
  explanation:
    "FSx uses the key of a linked bucket as its service-linked role, which only the key's own policy can let in. Without it objects are neither imported nor exported.",
  check: (view) => {
    const fileSystems = fileSystemsAfter(view);
    if (fileSystems === undefined) return [];
    const rewritten = view
      .ofType('aws_kms_key', 'aws_kms_key_policy')
      .filter((change) => change.action === 'update' && !isUnknown(change, ['policy']));
    // AWS's own policy takes the place of one that is deleted: it names the account alone.
    return [...rewritten, ...removed(view, ['aws_kms_key_policy'], 'key_id')]
      .filter((change) => !isSensitive(change, ['policy']) && losesFsx(change, fileSystems))
      .map(({ address }) => ({
        address,
        message:
          "FSx's service-linked role may use the key no more: what is encrypted with it is neither imported nor exported",
        fix: 'keep the statement for AWSServiceRoleForFSxS3Access_* for as long as a file system is linked to a bucket under this key',
      }));
  },
};

/** Ids of those that stay; undefined where the plan has some, and all of them go. */
function fileSystemsAfter(view: PlanView): readonly string[] | undefined {
  const all = view.ofType(lustreType);
  const lasting = all.filter(({ action }) => action !== 'delete');
  if (all.length > 0 && lasting.length === 0) return undefined;
  return lasting.flatMap(({ action, before }) => (action === 'replace' ? [] : (stringAt(before, 'id') ?? [])));
}

/** Each file system has a role of its own; where none is known, a policy has to name them all. */
function losesFsx({ before, after }: ResourceChange, fileSystems: readonly string[]): boolean {
  const [old = '', next = ''] = [stringAt(before, 'policy'), stringAt(after, 'policy')];
  const named = [...`${old}${next}`.matchAll(/AWSServiceRoleForFSxS3Access_(fs-\w+)/g)].map(([, id = '']) => id);
  const ids = [...new Set([...fileSystems, ...named])];
  const roles = ids.length === 0 ? [{}] : ids.map((fileSystemId) => ({ fileSystemId }));
  return roles.some((role) => letsFsxIn(old, role) && !letsFsxIn(next, role));
}
