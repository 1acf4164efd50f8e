import { associationsOfLasting } from '../data-stores';
import type { ResourceChange } from '../plan-json';
import type { Rule } from '../rule';
import { fixOfReplacement } from '../tainted';
import { differs, isSensitive, stringAt } from '../values';

const repository = 'data_repository_path';

export const associationReplaced: Rule = {
  id: 'association-replaced',
  severity: 'blocked',
  title: 'An association is replaced: what waits for export is never exported',
  explanation:
    'FSx drops the export queue with the association, and the new one exports only what changes after it. Files in between stay on the file system alone, and with another data repository nothing that is there already is in the new one.',
  check: (view) =>
    associationsOfLasting(view)
      .filter(({ action }) => action === 'replace')
      .map((change) => ({
        address: change.address,
        message: `${view.name(change)} is replaced: what waits for export, and what changes meanwhile, does not reach S3${leftBehind(change)}`,
        fix: fixOfReplacement(
          change,
          'undo the first change of the chain; where it is meant, let the export queue drain first (AgeOfOldestQueuedMessage at 0) and write nothing meanwhile',
        ),
        chains: view.chainsTo(change, 'what waits for export is never exported'),
      })),
};

/** FSx for Lustre user guide, "Automatically export updates": of what was there before the association, nothing is exported. */
function leftBehind(change: ResourceChange): string {
  const from = stringAt(change.before, repository);
  if (from === undefined || !differs(change, [repository]) || isSensitive(change, [repository])) return '';
  return `, and what was exported to ${from} is not moved: ${stringAt(change.after, repository) ?? 'the new data repository'} gets only what changes from then on`;
}
