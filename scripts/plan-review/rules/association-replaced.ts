import { associationsOfLasting } from '../data-stores';
import type { Rule } from '../rule';
import { fixOfReplacement } from '../tainted';

export const associationReplaced: Rule = {
  id: 'association-replaced',
  severity: 'blocked',
  title: 'An association is replaced: what waits for export is never exported',
  explanation:
    'FSx drops the export queue with the association, and the new one exports only what changes after it. Files in between stay on the file system alone.',
  check: (view) =>
    associationsOfLasting(view)
      .filter(({ action }) => action === 'replace')
      .map((change) => ({
        address: change.address,
        message: `${view.name(change)} is replaced: what waits for export, and what changes meanwhile, does not reach S3`,
        fix: fixOfReplacement(
          change,
          'undo the first change of the chain; where it is meant, let the export queue drain first (AgeOfOldestQueuedMessage at 0) and write nothing meanwhile',
        ),
        chains: view.chainsTo(change, 'what waits for export is never exported'),
      })),
};
