import { databaseTypes, ended } from '../data-stores';
import type { Rule } from '../rule';

export const databaseDestroyed: Rule = {
  id: 'database-destroyed',
  severity: 'blocked',
  title: 'A database, stream or backup vault is replaced or deleted with its data',
  explanation: 'The new one, if there is one, is empty. Only a snapshot taken before brings the data back.',
  check: (view) =>
    ended(view, databaseTypes).map((change) => ({
      address: change.address,
      message: `${view.name(change)} is ${change.action}d: its data is lost`,
      fix: 'undo the first change of the chain, or take a snapshot first and restore from it',
      chains: view.chainsTo(change, 'its data is lost'),
    })),
};
