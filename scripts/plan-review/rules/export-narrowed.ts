import { narrowedExports } from '../export-events';
import type { Rule } from '../rule';

export const exportNarrowed: Rule = {
  id: 'export-narrowed',
  severity: 'warning',
  title: 'An association exports fewer changes by itself',
  explanation:
    'Without NEW or CHANGED, files stay on the file system alone; without DELETED, objects stay in S3 whose files are gone.',
  check: (view) =>
    narrowedExports(view)
      .filter(({ left }) => left.length > 0)
      .map(({ change, lost, left }) => ({
        address: change.address,
        message: `no longer exported by itself: ${lost.join(', ')}; still: ${left.join(', ')}`,
        fix: 'keep the events of auto_export_policy',
      })),
};
