import { ended, fileSystemTypes } from '../data-stores';
import type { Rule } from '../rule';

export const fileSystemDeleted: Rule = {
  id: 'file-system-deleted',
  severity: 'blocked',
  title: 'A file system is deleted: all data on it is lost',
  explanation:
    'A plan cannot know whether everything on the file system is exported to S3, and a file system linked to S3 has no backups.',
  check: (view) =>
    ended(view, fileSystemTypes, ['delete']).map((change) => ({
      address: change.address,
      message: `${view.name(change)} is deleted and nothing proves that its data is exported`,
      fix: 'prove the export (npx sluice verify) and let npx sluice destroy take it away; or allow this rule',
      chains: view.chainsTo(change, 'all data on it is lost'),
    })),
};
