import { type Protection, weakened } from '../protections';
import type { Rule } from '../rule';
import { stringsAt } from '../values';

/** Of associations that are there already: one that is made is what its configuration says. */
export const deletionsTakenOver: Rule = {
  id: 'deletions-taken-over',
  severity: 'warning',
  title: 'An association takes deletions over to the other side, and did not before',
  explanation:
    'With DELETED a loss on one side is a loss on both, within minutes. A file that is renamed is a deletion too, and so is an object that a lifecycle rule expires. Only old versions in the bucket bring something back.',
  check: (view) =>
    weakened(view, protections, 'leave DELETED out, unless it is meant and the bucket keeps old versions'),
};

const newlyDeletes = (before: unknown, after: unknown) =>
  !stringsAt(before).includes('DELETED') && stringsAt(after).includes('DELETED');

const protections: readonly Protection[] = [
  {
    types: ['aws_fsx_data_repository_association'],
    path: ['s3', 0, 'auto_import_policy', 0, 'events'],
    isWeaker: newlyDeletes,
    loss: 'what is deleted in the bucket is deleted on the file system as well from then on',
  },
  {
    types: ['aws_fsx_data_repository_association'],
    path: ['s3', 0, 'auto_export_policy', 0, 'events'],
    isWeaker: newlyDeletes,
    loss: 'what is deleted or renamed on the file system is deleted in the bucket as well from then on',
  },
];
