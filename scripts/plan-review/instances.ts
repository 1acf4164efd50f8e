/**
 * Which instances of a resource another one means. A reference in the configuration names the resource alone, without the keys of count
 * and for_each, of its own or of the modules around it; keys and values of the plan tell the rest.
 */
import type { ResourceChange } from './plan-json';
import { isUnknown, stringAt, stringsAt, valueAt } from './values';

/** Of `candidates`, all of one configuration address: those that `attribute` of `change` can mean; all where nothing tells them apart. */
export function meantBy(
  change: ResourceChange,
  attribute: string,
  candidates: readonly ResourceChange[],
): readonly ResourceChange[] {
  const reachable = candidates.filter((candidate) => areInOneModule(change, candidate));
  const ofSameKey = prefer(reachable, ({ index }) => index !== undefined && index === change.index);
  return ofSameValue(
    change,
    attribute,
    prefer(ofSameKey, (candidate) => haveSameModuleKeys(change, candidate)),
  );
}

/** An instance of a module sees what is in itself, not in the instances beside it. */
function areInOneModule(one: ResourceChange, other: ResourceChange): boolean {
  const [steps, others] = [moduleSteps(one), moduleSteps(other)];
  const parting = steps.findIndex((step, depth) => step.name !== others[depth]?.name || step.key !== others[depth].key);
  const [mine, theirs] = [steps[parting], others[parting]];
  return mine === undefined || theirs === undefined || mine.name !== theirs.name;
}

/** Of two modules with the same keys, one beside the other, each instance is given what the one of its key has. */
function haveSameModuleKeys(one: ResourceChange, other: ResourceChange): boolean {
  const keys = (change: ResourceChange) => moduleSteps(change).flatMap(({ key }) => key ?? []);
  return keys(one).join() === keys(other).join();
}

/** `module.a["x"].module.b.aws_s3_bucket.c` -> a with the key `"x"`, b without. */
function moduleSteps({
  address,
}: ResourceChange): readonly { readonly name: string; readonly key: string | undefined }[] {
  const found = address.matchAll(/(?:^|\.)module\.([\w-]+)(?:\[("(?:[^"\\]|\\.)*"|\d+)\])?(?=\.)/g);
  return [...found].map(([, name = '', key]) => ({ name, key }));
}

/** An id that is known is that of one instance; one that is not yet known is of one that has none yet. */
function ofSameValue(
  change: ResourceChange,
  attribute: string,
  candidates: readonly ResourceChange[],
): readonly ResourceChange[] {
  if (isUnknown(change, [attribute])) {
    const coming = prefer(candidates, (candidate) => isUnknown(candidate, ['id']));
    return prefer(coming, (candidate) => isNamedIn(valuesOf(change.before, attribute), candidate.before));
  }
  const values = valuesOf(change.after ?? change.before, attribute);
  return prefer(candidates, ({ before, after }) => isNamedIn(values, after) || isNamedIn(values, before));
}

/** The one id, or all of a list, as far as they are known. */
export function valuesOf(attributes: unknown, attribute: string): readonly string[] {
  const single = stringAt(attributes, attribute);
  return single === undefined ? stringsAt(attributes, attribute) : [single];
}

function isNamedIn(values: readonly string[], attributes: unknown): boolean {
  return ['id', 'arn', 'bucket'].some((name) => values.includes(valueAt(attributes, [name]) as string));
}

function prefer<T>(items: readonly T[], isPreferred: (item: T) => boolean): readonly T[] {
  const preferred = items.filter(isPreferred);
  return preferred.length > 0 ? preferred : items;
}
