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
      const unordered = associations.filter((one, index) =>
        associations.some((other, at) => at < index && !view.areOrdered(one, other)),
      );
      if (unordered.length === 0) return [];
      return [
        {
          address: fileSystem,
          message: `nothing keeps ${unordered.map(({ address }) => address).join(', ')} from running beside another association`,
          fix: 'chain them: each association depends_on the one before; instances of one for_each cannot be, write them out (or set TF_CLI_ARGS_apply=-parallelism=1)',
        },
      ];
    });
  },
};
