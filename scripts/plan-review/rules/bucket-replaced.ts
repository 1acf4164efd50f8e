import { bucketTypes, ended } from '../data-stores';
import type { Rule } from '../rule';

export const bucketReplaced: Rule = {
  id: 'bucket-replaced',
  severity: 'blocked',
  title: 'A bucket is replaced: its objects are lost, or the apply fails',
  explanation:
    'S3 deletes empty buckets only: with force_destroy every object and version is deleted first, without it the apply stops half way.',
  check: (view) =>
    ended(view, bucketTypes, ['replace']).map((change) => ({
      address: change.address,
      message: `${view.name(change)} is replaced: ${fate(change.before?.force_destroy === true)}`,
      fix: 'keep the name of the bucket; for another one, create it beside this one and copy the objects',
      chains: view.chainsTo(change, 'its objects are lost'),
    })),
};

function fate(emptied: boolean): string {
  return emptied ? 'every object and version in it is deleted' : 'the apply fails unless it is empty';
}
