import { byFileSystem, type LustreSettings, lastingAssociations, lastingFileSystems } from '../lustre';
import { isLeftAsItIs } from '../plan-json';
import type { Rule } from '../rule';
import { stringAt } from '../values';

/** FSx API reference, CreateDataRepositoryAssociation. */
export const fsxAssociationSupport: Rule = {
  id: 'fsx-association-support',
  severity: 'blocked',
  title: 'The file system cannot be linked to S3 by associations',
  explanation:
    'INTELLIGENT_TIERING, SCRATCH_1 and Lustre 2.10 take no association, nor does a file system with an import_path of its own.',
  check: (view) => {
    const linked = byFileSystem(view, lastingAssociations(view));
    return lastingFileSystems(view).flatMap((settings) => {
      const associations = linked.get(settings.change.address) ?? [];
      const changing = ![settings.change, ...associations].every(isLeftAsItIs);
      const obstacle = obstacleIn(settings);
      if (associations.length === 0 || !changing || obstacle === undefined) return [];
      return [
        {
          address: settings.change.address,
          message: `${obstacle}: its ${associations.length} association(s) are refused`,
          fix: 'use PERSISTENT_2 or SCRATCH_2 on SSD, with Lustre 2.12 or 2.15, linked by associations alone',
        },
      ];
    });
  },
};

function obstacleIn({ change, deploymentType, storageType, version }: LustreSettings): string | undefined {
  if (storageType === 'INTELLIGENT_TIERING') return 'INTELLIGENT_TIERING cannot be linked to S3';
  if (deploymentType === 'SCRATCH_1') return 'SCRATCH_1 takes no associations';
  if (version === '2.10') return 'Lustre 2.10 takes no associations';
  return stringAt(change.after, 'import_path') === undefined ? undefined : 'import_path excludes associations';
}
