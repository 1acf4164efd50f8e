import { isDeepStrictEqual } from 'node:util';
import type { ResourceChange } from '../plan-json';
import type { PlanView } from '../plan-view';
import type { Rule } from '../rule';
import { showChange } from '../values';

/** Attributes shown of one resource. */
const shown = 3;

export const drift: Rule = {
  id: 'drift',
  severity: 'info',
  title: 'Something was changed outside Terraform',
  explanation:
    'The refresh found it. The plan brings it back, or takes it into the state. Only attributes that the configuration sets are looked at: the others follow from AWS and from other resources.',
  check: (view) =>
    view.plan.drift.flatMap((change) => {
      if (change.action === 'delete') return [{ address: change.address, message: 'it is gone', fix: whoDeleted }];
      const names = Object.keys({ ...change.before, ...change.after }).filter((name) => hasDrifted(view, change, name));
      if (names.length === 0) return [];
      const values = names.slice(0, shown).map((name) => `${name}: ${showChange(change, [name])}`);
      const more = names.length > shown ? `, and ${names.length - shown} more` : '';
      return [{ address: change.address, message: `changed since the last apply: ${values.join(', ')}${more}`, fix }];
    }),
};

const fix = 'find out who changed it; put what is meant into the configuration';
const whoDeleted = 'find out who deleted it; the plan makes it anew, as long as the configuration has it';

function hasDrifted(view: PlanView, change: ResourceChange, name: string): boolean {
  if (!view.isSet(change, name)) return false;
  const [before, after] = [change.before, change.after].map((attributes) => {
    const { tags_all: all } = attributes ?? {};
    return withoutEmpty(name === 'tags' && all !== undefined ? all : attributes?.[name]);
  });
  return !isDeepStrictEqual(before, after);
}

/**
 * Providers fill in null, '', false, [] and {} for each other on a refresh; nobody changed anything then. Nor where a tag goes from the
 * provider's default ones to the resource's own, because the default ones are others now: `tags_all` has both.
 */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withoutEmpty);
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([key]) => key !== 'tags' || !('tags_all' in value))
      .map(([key, item]) => [key, withoutEmpty(item)] as const)
      .filter(([, item]) => item !== undefined);
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }
  return value === null || value === '' || value === false ? undefined : value;
}
