import { associationsOfLasting } from '../data-stores';
import type { Rule } from '../rule';
import { stringAt } from '../values';

export const associationDeleted: Rule = {
  id: 'association-deleted',
  severity: 'blocked',
  title: 'An association is deleted: nothing under its path is exported any more',
  explanation:
    'FSx drops the export queue with the association. What has not reached S3 stays on the file system alone.',
  check: (view) =>
    associationsOfLasting(view)
      .filter(({ action }) => action === 'delete')
      .map((change) => ({
        address: change.address,
        message: `${view.name(change)} is deleted: what is not exported by then, or written to ${stringAt(change.before, 'file_system_path') ?? 'its path'} later, stays on the file system alone`,
        fix: 'let nothing write there (the schedule of a host goes on until npx sluice provision brings it another job) and the export queue drain (AgeOfOldestQueuedMessage at 0), then allow this rule',
        chains: view.chainsTo(change, 'what waits for export is never exported'),
      })),
};
