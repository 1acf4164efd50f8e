import { bucketTypes, ended } from '../data-stores';
import type { Rule } from '../rule';

export const bucketDeleted: Rule = {
  id: 'bucket-deleted',
  severity: 'blocked',
  title: 'A bucket is deleted: its objects are lost, or the apply fails',
  explanation:
    'With force_destroy every object and version is deleted first. Without it the apply stops half way unless the bucket is empty.',
  check: (view) =>
    ended(view, bucketTypes, ['delete']).map((change) => ({
      address: change.address,
      message:
        change.before?.force_destroy === true
          ? `${view.name(change)} is deleted with every object and version in it`
          : `${view.name(change)} is deleted: the apply fails unless it is empty`,
      fix: 'keep the bucket: take it out of the state with a removed block (destroy = false)',
      chains: view.chainsTo(change, 'its objects are lost'),
    })),
};
