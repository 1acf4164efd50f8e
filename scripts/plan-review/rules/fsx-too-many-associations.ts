import { byFileSystem, lastingAssociations } from '../lustre';
import type { Rule } from '../rule';

/** FSx for Lustre user guide, "Linking your file system to an Amazon S3 bucket". */
const most = 8;

export const fsxTooManyAssociations: Rule = {
  id: 'fsx-too-many-associations',
  severity: 'blocked',
  title: 'A file system has more than eight associations',
  explanation: 'FSx refuses the ninth.',
  check: (view) =>
    [...byFileSystem(view, lastingAssociations(view))]
      .filter(([, associations]) => associations.length > most)
      .filter(([, associations]) => associations.some(({ action }) => action === 'create' || action === 'replace'))
      .map(([fileSystem, associations]) => ({
        address: fileSystem,
        message: `${associations.length} associations, and ${most} is the most`,
        fix: 'link directories further up, so that fewer associations hold them',
      })),
};
