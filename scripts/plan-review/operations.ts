/**
 * What Terraform will do, and how long it takes: the longest way through the order of the steps, since what does not
 * wait for each other runs at the same time.
 */
import { withoutIndexes } from './configuration';
import { type Duration, durationOf, type Minutes } from './durations';
import type { Action } from './plan-json';
import type { PlanView } from './plan-view';

export interface Operation {
  readonly address: string;
  readonly type: string;
  readonly action: Action;
  readonly duration: Duration | undefined;
}

/** The minutes are from the known durations; both 0 where none is known. */
export interface Operations extends Minutes {
  /** What changes, in the plan's order; reads of data sources are not among them. */
  readonly all: readonly Operation[];
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

const none: Minutes = { leastMinutes: 0, mostMinutes: 0 };

function longestWay(view: PlanView, all: readonly Operation[]): Minutes {
  const own = new Map<string, Minutes>();
  for (const { address, duration } of all) {
    if (duration === undefined) continue;
    const key = withoutIndexes(address);
    own.set(key, longest([own.get(key) ?? none, duration]));
  }
  const ends = new Map<string, Minutes>();
  const endOf = (address: string): Minutes => {
    const known = ends.get(address);
    if (known !== undefined) return known;
    // A cycle, which Terraform would refuse, ends here.
    ends.set(address, none);
    const begin = longest(view.dependenciesOf(address).map(endOf));
    const { leastMinutes, mostMinutes } = own.get(address) ?? none;
    const end = {
      leastMinutes: begin.leastMinutes + leastMinutes,
      mostMinutes: begin.mostMinutes + mostMinutes,
    };
    ends.set(address, end);
    return end;
  };
  return longest([...own.keys()].map(endOf));
}

/** Of what runs side by side, as the instances of one resource do: the longest counts. */
function longest(all: readonly Minutes[]): Minutes {
  return {
    leastMinutes: Math.max(0, ...all.map(({ leastMinutes }) => leastMinutes)),
    mostMinutes: Math.max(0, ...all.map(({ mostMinutes }) => mostMinutes)),
  };
}
