import { associationType, ended, fileSystemsOf, fileSystemTypes } from '../data-stores';
import type { Rule } from '../rule';
import { fixOfReplacement } from '../tainted';

export const fileSystemReplaced: Rule = {
  id: 'file-system-replaced',
  severity: 'blocked',
  title: 'A file system is replaced: all data on it is lost',
  explanation:
    'The new file system is empty. What was never exported to S3 exists nowhere else; what was exported has to be imported anew.',
  check: (view) =>
    ended(view, fileSystemTypes, ['replace']).map((change) => {
      const associations = view
        .ofType(associationType)
        .filter((association) => fileSystemsOf(view, association).includes(change)).length;
      const linked = associations === 0 ? '' : `, and ${associations} association(s) with it`;
      return {
        address: change.address,
        message: `${view.name(change)} is replaced${linked}: all data on it is lost`,
        fix: fixOfReplacement(
          change,
          'undo the first change of the chain; where it is meant, prove first that everything is exported',
        ),
        chains: view.chainsTo(change, 'all data on it is lost'),
      };
    }),
};
