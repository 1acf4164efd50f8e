/** Comparison of a protection before and after, for rules that say that one is gone or weaker. */
import type { Path, ResourceChange } from './plan-json';
import type { PlanView } from './plan-view';
import type { Hit } from './rule';
import { differs, isUnknown, stringAt, valueAt } from './values';

export interface Protection {
  /** Resource types that have the attribute. */
  readonly types: readonly string[];
  readonly path: Path;
  /** True where `after` protects less than `before`; absent values come as undefined. */
  readonly isWeaker: (before: unknown, after: unknown) => boolean;
  /** What is lost, a clause: `its disk is no longer encrypted`. */
  readonly loss: string;
}

/** A hit for each protection of a resource that stays, or is replaced, and protects less afterwards. */
export function weakened(view: PlanView, protections: readonly Protection[], fix: string): readonly Hit[] {
  return protections.flatMap((protection) =>
    lessProtected(view, protection).map(({ address }) => ({ address, message: protection.loss, fix })),
  );
}

export function lessProtected(
  view: PlanView,
  { types, path, isWeaker }: Omit<Protection, 'loss'>,
): readonly ResourceChange[] {
  return view
    .ofType(...types)
    .filter(({ action }) => action === 'update' || action === 'replace')
    .filter((change) => !isUnknown(change, path))
    .filter(({ before, after }) => isWeaker(valueAt(before, path), valueAt(after, path)));
}

/**
 * Protections that are resources of their own, deleted while what they protect stays, or replaced by one of something else.
 * @param guarded The attribute that names what is protected.
 */
export function removed(view: PlanView, types: readonly string[], guarded: string): readonly ResourceChange[] {
  return view
    .ofType(...types)
    .filter((change) =>
      change.action === 'delete'
        ? !view.usedBy(change, guarded).some(({ action }) => action === 'delete')
        : change.action === 'replace' && leaves(view, change, guarded),
    );
}

function leaves(view: PlanView, change: ResourceChange, guarded: string): boolean {
  const name = stringAt(change.before, guarded);
  if (name === undefined || !differs(change, [guarded])) return false;
  return !view.named(name).some(({ action }) => action === 'delete' || action === 'replace');
}

/** True where one protects afterwards what the other protected before, by name or by reference. */
export function takesOver(
  view: PlanView,
  [from, to]: readonly [ResourceChange, ResourceChange],
  guarded: string,
): boolean {
  const name = stringAt(from.before, guarded);
  const newName = stringAt(to.after, guarded);
  if (name !== undefined && newName !== undefined) return name === newName;
  const others = view.usedBy(to, guarded);
  return view.usedBy(from, guarded).some((found) => others.includes(found));
}

export const turnedOff = (before: unknown, after: unknown) => before === true && after !== true;
export const turnedOn = (before: unknown, after: unknown) => before !== true && after === true;
export const takenAway = (before: unknown, after: unknown) => isGiven(before) && !isGiven(after);
export const lowered = (before: unknown, after: unknown) =>
  typeof before === 'number' && (typeof after === 'number' ? after : 0) < before;

/** What AWS has none of, some resources have as ''. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== '';
}
