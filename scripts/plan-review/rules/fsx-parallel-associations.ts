import { associationType } from '../data-stores';
import { byFileSystem } from '../lustre';
import type { Rule } from '../rule';

/** hashicorp/terraform-provider-aws issue 24678. */
export const fsxParallelAssociations: Rule = {
  id: 'fsx-parallel-associations',
  severity: 'blocked',
  title: 'Associations of one file system are worked on at the same time',
  explanation:
    'FSx takes one request of the kind at a time. The others end as FAILED, with a misleading message about permissions for the bucket.',
  check: (view) => {
    const busy = view.ofType(associationType).filter(({ action }) => ['create', 'replace', 'delete'].includes(action));
    return [...byFileSystem(view, busy)].flatMap(([fileSystem, associations]) => {
      const pairs = associations.flatMap((one, index) =>
        associations.slice(0, index).flatMap((other) => (view.areOrdered(one, other) ? [] : [[one, other]])),
      );
      if (pairs.length === 0) return [];
      const unordered = new Set(pairs.map(([one]) => one?.address));
      // One that is renamed is deleted and created.
      const deleted = pairs
        .map((pair) => pair.filter(({ action }) => action === 'delete'))
        .find((ones) => ones.length === 1)?.[0];
      return [
        {
          address: fileSystem,
          message: `nothing keeps ${[...unordered].join(', ')} from running beside another association`,
          fix: deleted === undefined ? chainThem : inTurn(deleted.address),
        },
      ];
    });
  },
};

const chainThem =
  'chain them: each association depends_on the one before; instances of one for_each cannot be, write them out (or set TF_CLI_ARGS_apply=-parallelism=1)';

/** What leaves the configuration depends on nothing there. */
function inTurn(address: string): string {
  return `make it two applies: let the export queue drain, run terraform apply '-target=${address}' in the stack's folder, which deletes that one, then plan again`;
}
