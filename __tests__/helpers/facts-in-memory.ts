/** Facts given by a test, by key; one that is asked for and not given fails the test. */
import type { Fact, Reader } from '../../provision/facts/fact';
import type { Plan, Resource } from '../../provision/resources/resource';

export type Facts = readonly (readonly [string, unknown])[];

export function given<T>(fact: Fact<T>, value: T): readonly [string, unknown] {
  return [fact.key, value];
}

export function factsInMemory(facts: Facts): Reader {
  const values = new Map(facts);
  return {
    get: async (fact) => {
      if (!values.has(fact.key)) throw new Error(`nobody gave ${fact.key}`);
      return values.get(fact.key) as never;
    },
  };
}

/** What the resource would do where these are the facts. */
export async function planOn(resource: Resource, facts: Facts): Promise<Plan> {
  return resource.plan(await resource.inspect(factsInMemory(facts)));
}
