/**
 * The order in which Terraform works: what depends on what, from the configuration and, for what is being deleted, from
 * the state. Indexes are ignored: Terraform orders whole resources, never one instance of a resource after another.
 */
import { type Configuration, withoutIndexes } from './configuration';
import type { Plan, ResourceChange } from './plan-json';

export interface Precedence {
  /** Addresses without indexes that a resource waits for, directly. */
  dependenciesOf(address: string): readonly string[];
  /** True where `later` waits for `earlier`, directly or not. */
  isBefore(earlier: ResourceChange, later: ResourceChange): boolean;
}

export function precedence(plan: Plan, configuration: Configuration): Precedence {
  const fromState = new Map<string, readonly string[]>();
  for (const [address, dependencies] of plan.stateDependencies)
    fromState.set(withoutIndexes(address), dependencies.map(withoutIndexes));
  const direct = new Map<string, readonly string[]>();
  const dependenciesOf = (address: string) => {
    const known = direct.get(address);
    if (known !== undefined) return known;
    const configured = configuration.dependenciesOf(address);
    const all = configured.length > 0 ? configured : (fromState.get(address) ?? []);
    direct.set(address, all);
    return all;
  };
  return {
    dependenciesOf,
    isBefore: (earlier, later) => {
      const target = withoutIndexes(earlier.address);
      const seen = new Set<string>();
      const waiting = [...dependenciesOf(withoutIndexes(later.address))];
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        if (next === target) return true;
        if (seen.has(next)) continue;
        seen.add(next);
        waiting.push(...dependenciesOf(next));
      }
      return false;
    },
  };
}
