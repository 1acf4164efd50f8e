import { type Protection, removed, weakened } from '../protections';
import type { Rule } from '../rule';
import { stringAt } from '../values';

const types = ['aws_s3_bucket_ownership_controls'];
const path = ['rule', 0, 'object_ownership'] as const;

/** S3 user guide, "Controlling ownership of objects and disabling ACLs for your bucket". */
export const objectOwnershipWeakened: Rule = {
  id: 'object-ownership-weakened',
  severity: 'warning',
  title: 'Objects of a bucket may belong to others, or ACLs decide on them again',
  explanation:
    'With BucketOwnerEnforced every object is yours and no ACL counts. Without it an ACL lets others in beside the policies, and with ObjectWriter you may not read what another account uploads.',
  check: (view) => [
    ...weakened(view, protections, fix),
    ...removed(view, types, 'bucket').flatMap(({ address, before }) =>
      protections
        .filter(({ isWeaker }) => isWeaker(stringAt(before, ...path), undefined))
        .map(({ loss }) => ({ address, message: loss, fix })),
    ),
  ],
};

const fix = 'keep BucketOwnerEnforced';

const protections: readonly Protection[] = [
  {
    types,
    path,
    isWeaker: (before, after) => before === 'BucketOwnerEnforced' && after !== before,
    loss: 'ACLs are in force again',
  },
  {
    types,
    path,
    isWeaker: (before, after) => isOwner(before) && !isOwner(after),
    loss: 'what another account uploads is its own, not yours',
  },
];

/** A bucket without the setting is one of ObjectWriter. */
function isOwner(ownership: unknown): boolean {
  return ownership === 'BucketOwnerEnforced' || ownership === 'BucketOwnerPreferred';
}
