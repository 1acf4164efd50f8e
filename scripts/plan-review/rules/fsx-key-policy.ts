import { lustreType } from '../data-stores';
import { letsFsxIn } from '../fsx-let-in';
import type { FsxRole } from '../fsx-role';
import { areOfOneBucket, lastingAssociations } from '../lustre';
import type { ResourceChange } from '../plan-json';
import type { PlanView } from '../plan-view';
import { removed } from '../protections';
import type { Rule } from '../rule';
import { differs, isSensitive, isUnknown, stringAt } from '../values';

export const fsxKeyPolicy: Rule = {
  id: 'fsx-key-policy',
  severity: 'blocked',
  title: 'A key policy does not let FSx in',
  explanation:
    "FSx uses the key of a linked bucket as its service-linked role, which only the key's own policy can let in. Without it objects are neither imported nor exported.",
  check: (view) => [
    ...policiesThatLoseFsx(view).map(({ address }) => ({
      address,
      message:
        "FSx's service-linked role may use the key no more: what is encrypted with it is neither imported nor exported",
      fix,
    })),
    ...keysWithoutFsx(view).map(({ encryption, key }) => ({
      address: encryption.address,
      message: `objects of a linked bucket are encrypted with ${key.address}, whose policy does not let FSx in`,
      fix,
    })),
  ],
};

const fix =
  'have the key policy allow kms:Decrypt and kms:GenerateDataKey* to AWSServiceRoleForFSxS3Access_* for as long as a file system is linked to a bucket under this key';

function policiesThatLoseFsx(view: PlanView): readonly ResourceChange[] {
  const fileSystems = fileSystemsAfter(view);
  if (fileSystems === undefined) return [];
  const rewritten = view
    .ofType('aws_kms_key', 'aws_kms_key_policy')
    .filter((change) => change.action === 'update' && !isUnknown(change, ['policy']));
  // AWS's own policy takes the place of one that is deleted: it names the account alone.
  return [...rewritten, ...removed(view, ['aws_kms_key_policy'], 'key_id')].filter(
    (change) => !isSensitive(change, ['policy']) && losesFsx(change, fileSystems),
  );
}

interface Encryption {
  readonly encryption: ResourceChange;
  readonly key: ResourceChange;
}

/** Keys of the plan that the plan has a linked bucket encrypted with, as far as their policies can be read. */
function keysWithoutFsx(view: PlanView): readonly Encryption[] {
  return view
    .ofType('aws_s3_bucket_server_side_encryption_configuration')
    .filter((encryption) => encryption.after !== undefined && differs(encryption, ['rule']))
    .flatMap((encryption) => {
      const linked = lastingAssociations(view).filter((association) => areOfOneBucket(view, encryption, association));
      const roles = linked.map(({ after }) => ({ fileSystemId: stringAt(after, 'file_system_id') }));
      return keysOf(view, encryption)
        .filter((key) => isKeptOut(policyOf(view, key), roles))
        .map((key) => ({ encryption, key }));
    });
}

function isKeptOut(policy: string | undefined, roles: readonly FsxRole[]): boolean {
  return policy !== undefined && roles.some((role) => !letsFsxIn(policy, role));
}

function keysOf(view: PlanView, encryption: ResourceChange): readonly ResourceChange[] {
  const path = ['rule', 0, 'apply_server_side_encryption_by_default', 0, 'kms_master_key_id'] as const;
  const known = stringAt(encryption.after, ...path);
  const keys = known === undefined ? view.usedBy(encryption, 'rule') : view.named(known);
  return keys.filter(({ type }) => type === 'aws_kms_key');
}

/** Undefined where it cannot be read. */
function policyOf(view: PlanView, key: ResourceChange): string | undefined {
  const beside = view.ofType('aws_kms_key_policy').find((policy) => view.usedBy(policy, 'key_id').includes(key));
  const holder = beside ?? key;
  return isUnknown(holder, ['policy']) || isSensitive(holder, ['policy'])
    ? undefined
    : stringAt(holder.after, 'policy');
}

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
