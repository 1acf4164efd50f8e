/**
 * What Terraform will do, and how long it takes: the longest way through the order of the steps, since what does not
 * wait for each other runs at the same time.
 */
import { withoutIndexes } from './configuration';
import { type Duration, durationOf } from './durations';
import type { Action } from './plan-json';
import type { PlanView } from './plan-view';

export interface Operation {
  readonly address: string;
  readonly type: string;
  readonly action: Action;
  readonly duration: Duration | undefined;
}

export interface Operations {
  /** What changes, in the plan's order; reads of data sources are not among them. */
  readonly all: readonly Operation[];
  /** From the known durations; both 0 where none is known. */
  readonly leastMinutes: number;
  readonly mostMinutes: number;
}

export function operationsOf(view: PlanView): Operations {
  const all = view.resources
    .filter(({ action }) => action !== 'no-op' && action !== 'read')
    .map((change) => ({
      address: change.address,
      type: change.type,
      action: change.action,
      duration: durationOf(change),
    }));
  return { all, ...longestWay(view, all) };
}

/** Instances of one resource run side by side: the longest of them counts. */
function longestWay(view: PlanView, all: readonly Operation[]) {
  const own = new Map<string, { least: number; most: number }>();
  for (const { address, duration } of all) {
    if (duration === undefined) continue;
    const key = withoutIndexes(address);
    const { least, most } = own.get(key) ?? { least: 0, most: 0 };
    own.set(key, { least: Math.max(least, duration.leastMinutes), most: Math.max(most, duration.mostMinutes) });
  }
  const ends = new Map<string, { least: number; most: number }>();
  const endOf = (address: string): { least: number; most: number } => {
    const known = ends.get(address);
    if (known !== undefined) return known;
    // A cycle, which Terraform would refuse, ends here.
    ends.set(address, { least: 0, most: 0 });
    const before = view.dependenciesOf(address).map(endOf);
    const self = own.get(address) ?? { least: 0, most: 0 };
    const end = {
      least: self.least + Math.max(0, ...before.map(({ least }) => least)),
      most: self.most + Math.max(0, ...before.map(({ most }) => most)),
    };
    ends.set(address, end);
    return end;
  };
  const last = [...own.keys()].map(endOf);
  return {
    leastMinutes: Math.max(0, ...last.map(({ least }) => least)),
    mostMinutes: Math.max(0, ...last.map(({ most }) => most)),
  };
}
