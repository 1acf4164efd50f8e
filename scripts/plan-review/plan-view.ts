/** What a rule sees of a plan: its changes by type, and which resource uses which. */

import { type Chain, chainsTo, type Uses } from './causes';
import { type Configuration, indexConfiguration, withoutIndexes } from './configuration';
import { meantBy, valuesOf } from './instances';
import { nounOf } from './nouns';
import type { Plan, ResourceChange } from './plan-json';
import { precedence } from './precedence';
import { regionOf } from './region';
import { isUnknown, valueAt } from './values';

export interface PlanView extends Uses {
  readonly plan: Plan;
  /** Every managed resource, those without a change among them. */
  readonly resources: readonly ResourceChange[];
  /** Undefined where neither the provider's settings nor an ARN tells it. */
  readonly region: string | undefined;
  ofType(...types: readonly string[]): readonly ResourceChange[];
  /** True where the configuration gives the attribute, and does not leave it to AWS. */
  isSet(change: ResourceChange, attribute: string): boolean;
  /** What a block of the resource gives in the configuration; undefined where there is no such block, or it is repeated. */
  namesInBlock(change: ResourceChange, block: string): readonly string[] | undefined;
  /** Resources that have this id, name or ARN, before or after. */
  named(identity: string): readonly ResourceChange[];
  /** What a replacement or deletion comes from: each chain starts at a cause and ends at the change and its consequence. */
  chainsTo(change: ResourceChange, consequence?: string): readonly Chain[];
  /** True where Terraform works on the one only after the other, in whichever order. */
  areOrdered(one: ResourceChange, other: ResourceChange): boolean;
  /** What a resource waits for, directly; addresses are those of the configuration, without indexes. */
  dependenciesOf(address: string): readonly string[];
}

export function viewOf(plan: Plan): PlanView {
  const configuration = indexConfiguration(plan.root);
  const byType = groupBy(plan.changes, ({ type }) => type);
  const byAddress = groupBy(plan.changes, ({ address }) => withoutIndexes(address));
  const byIdentity = identities(plan.changes);
  const order = precedence(plan, configuration);
  const links: Links = { configuration, byAddress, byIdentity };
  const resources = plan.changes.filter(({ mode }) => mode === 'managed');
  const view: PlanView = {
    plan,
    resources,
    region: regionOf(plan),
    ofType: (...types) => types.flatMap((type) => byType.get(type) ?? []).filter(({ mode }) => mode === 'managed'),
    isSet: ({ address }, attribute) => configuration.isSet(withoutIndexes(address), attribute),
    namesInBlock: ({ address }, block) => configuration.namesInBlock(withoutIndexes(address), block),
    usedBy: (change, attribute) => usedBy(links, change, attribute),
    named: (identity) => byIdentity.get(identity) ?? [],
    chainsTo: (change, consequence) => chainsTo(view, change, consequence),
    dependenciesOf: order.dependenciesOf,
    areOrdered: (one, other) => order.isBefore(one, other) || order.isBefore(other, one),
    name: ({ type, address }) => {
      const several = (byType.get(type)?.length ?? 0) > 1;
      return several ? `the ${nounOf(type)} ${address}` : `the ${nounOf(type)}`;
    },
  };
  return view;
}

interface Links {
  readonly configuration: Configuration;
  readonly byAddress: ReadonlyMap<string, readonly ResourceChange[]>;
  readonly byIdentity: ReadonlyMap<string, readonly ResourceChange[]>;
}

/** References first, and the instances that they mean. Without a reference (locals are not in a plan) the values decide. */
function usedBy(links: Links, change: ResourceChange, attribute: string): readonly ResourceChange[] {
  const referenced = links.configuration
    .referencesOf(withoutIndexes(change.address), attribute)
    .flatMap((address) => meantBy(change, attribute, links.byAddress.get(address) ?? []))
    .filter(({ address }) => address !== change.address);
  if (referenced.length > 0) return referenced;
  // Two of a type that are called the same are not each other's cause; a name may come from a resource of another type.
  const isName = identifying(change).includes(attribute);
  const values = [change.after, change.before].flatMap((attributes) => valuesOf(attributes, attribute));
  const found = values.flatMap((value) => links.byIdentity.get(value) ?? []);
  return [...new Set(found)].filter(
    ({ address, type }) => address !== change.address && !(isName && type === change.type),
  );
}

/** Attributes with what a resource is called by. Settings of a bucket have its name as their id, and are not meant. */
function identifying({ type }: ResourceChange): readonly string[] {
  if (type === 'aws_s3_bucket') return ['id', 'arn', 'bucket'];
  return type.startsWith('aws_s3_bucket_') ? ['arn'] : ['id', 'arn'];
}

/** Resources by id, ARN, and the name of a bucket. */
function identities(changes: readonly ResourceChange[]): ReadonlyMap<string, readonly ResourceChange[]> {
  const pairs = changes.flatMap((change) => {
    return identifying(change).flatMap((attribute) => {
      const after = isUnknown(change, [attribute]) ? undefined : valueAt(change.after, [attribute]);
      return [valueAt(change.before, [attribute]), after]
        .filter((value) => typeof value === 'string')
        .map((value) => ({ value, change }));
    });
  });
  const groups = groupBy(pairs, ({ value }) => value);
  return new Map([...groups].map(([value, found]) => [value, [...new Set(found.map(({ change }) => change))]]));
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
