import { lustreType } from '../data-stores';
import type { ResourceChange } from '../plan-json';
import type { Rule } from '../rule';
import { isUnknown, listAt, stringAt } from '../values';

const block = 'root_squash_configuration';

export const rootSquashStays: Rule = {
  id: 'root-squash-stays',
  severity: 'warning',
  title: 'Root squash stays on, although the configuration has none any more',
  explanation:
    'The provider sends nothing to FSx where the block is gone: the apply says that it is done, nothing changes, and the next plan says the same again.',
  check: (view) =>
    view.ofType(lustreType).flatMap((change) => {
      const squash = stayingSquash(change);
      if (squash === undefined) return [];
      return [
        {
          address: change.address,
          message: `root of the clients goes on being ${squash}: a plan without the block does not turn it off`,
          fix: 'turn it off in words: root_squash = "0:0" (in a migration.yaml, fileSystem.rootSquash: { uidGid: "0:0" }); else put the block back',
        },
      ];
    }),
};

function stayingSquash(change: ResourceChange): string | undefined {
  if (change.action !== 'update' || isUnknown(change, [block]) || listAt(change.after, block).length > 0)
    return undefined;
  const squash = stringAt(change.before, block, 0, 'root_squash');
  return squash === '0:0' ? undefined : squash;
}
