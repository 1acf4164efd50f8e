import type { Rule } from '../rule';
import { differs, showChange } from '../values';

const shown = 3;

export const drift: Rule = {
  id: 'drift',
  severity: 'info',
  title: 'Something was changed outside Terraform',
  explanation:
    'The refresh found it. The plan brings it back, or takes it into the state, depending on the configuration.',
  check: ({ plan }) =>
    plan.drift
      .filter(({ action }) => action === 'update' || action === 'delete')
      .map((change) => {
        const names = Object.keys({ ...change.before, ...change.after }).filter((name) => differs(change, [name]));
        const values = names.slice(0, shown).map((name) => `${name}: ${showChange(change, [name])}`);
        const more = names.length > shown ? `, and ${names.length - shown} more` : '';
        return {
          address: change.address,
          message:
            change.action === 'delete' ? 'it is gone' : `changed since the last apply: ${values.join(', ')}${more}`,
          fix: 'find out who changed it; put what is meant into the configuration',
        };
      }),
};
