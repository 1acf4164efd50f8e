import { associationType, ended } from '../data-stores';
import type { Rule } from '../rule';

export const associationDeletesData: Rule = {
  id: 'association-deletes-data',
  severity: 'blocked',
  title: 'An association takes its files on the file system with it',
  explanation:
    'With delete_data_in_filesystem, deleting or replacing an association deletes every file under its path, exported or not.',
  check: (view) =>
    ended(view, [associationType])
      .filter(({ before }) => before?.delete_data_in_filesystem === true)
      .map((change) => ({
        address: change.address,
        message: `${view.name(change)} has delete_data_in_filesystem: the files under ${change.before?.file_system_path} are deleted`,
        fix: 'apply delete_data_in_filesystem = false first, in a plan of its own',
        chains: view.chainsTo(change, 'its files on the file system are deleted'),
      })),
};
