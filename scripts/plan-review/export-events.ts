/** Which changes of files an association exports by itself, and no longer will. */
import { associationType } from './data-stores';
import type { Path, ResourceChange } from './plan-json';
import type { PlanView } from './plan-view';
import { isUnknown, stringsAt } from './values';

export interface NarrowedExport {
  readonly change: ResourceChange;
  readonly lost: readonly string[];
  readonly left: readonly string[];
}

const path: Path = ['s3', 0, 'auto_export_policy', 0, 'events'];

/** Associations that stay and export less; one that goes has rules of its own. */
export function narrowedExports(view: PlanView): readonly NarrowedExport[] {
  return view
    .ofType(associationType)
    .filter((change) => change.action === 'update' && !isUnknown(change, path))
    .map((change) => ({ change, left: stringsAt(change.after, ...path) }))
    .map(({ change, left }) => ({
      change,
      left,
      lost: stringsAt(change.before, ...path).filter((event) => !left.includes(event)),
    }))
    .filter(({ lost }) => lost.length > 0);
}
