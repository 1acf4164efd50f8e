import { associationType, fileSystemTypes } from '../data-stores';
import type { Rule } from '../rule';
import { stringAt } from '../values';

/** Of a file system that is gone as well, data-store-gone says so. */
export const associationGone: Rule = {
  id: 'association-gone',
  severity: 'warning',
  title: 'An association is in the state, and was not found in AWS: what was not exported by then is not exported',
  explanation:
    'FSx drops the export queue with the association, and one that is created in its place exports only what changes after it. Files in between stay on the file system alone.',
  check: (view) => {
    const gone = view.plan.drift.filter(({ action }) => action === 'delete');
    const fileSystems = gone.filter(({ type }) => fileSystemTypes.includes(type)).map(({ before }) => before?.id);
    return gone
      .filter(({ type, before }) => type === associationType && !fileSystems.includes(before?.file_system_id))
      .map((change) => ({
        address: change.address,
        message: `${view.name(change)} ${stringAt(change.before, 'id') ?? ''} is gone, and its export queue with it: what is written to ${stringAt(change.before, 'file_system_path') ?? 'its path'} until there is another one stays on the file system alone`,
        fix: 'stop the pull; apply, which creates another one; then npx sluice verify says what S3 does not have, and with --nudge has it exported',
      }));
  },
};
