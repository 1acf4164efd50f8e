import { narrowedExports } from '../export-events';
import type { Rule } from '../rule';

export const exportEnded: Rule = {
  id: 'export-ended',
  severity: 'blocked',
  title: 'An association exports nothing by itself any more',
  explanation:
    'Files that are written from then on stay on the file system alone, until an export task takes them to S3.',
  check: (view) =>
    narrowedExports(view)
      .filter(({ left }) => left.length === 0)
      .map(({ change, lost }) => ({
        address: change.address,
        message: `automatic export is turned off (it was ${lost.join(', ')})`,
        fix: 'keep the events of auto_export_policy',
      })),
};
