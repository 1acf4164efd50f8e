/** Facts given by a test, by key; one that is asked for and not given fails the test. */
import type { Fact, Reader } from '../../provision/facts/fact';

export function given<T>(fact: Fact<T>, value: T): readonly [string, unknown] {
  return [fact.key, value];
}

export function factsInMemory(facts: readonly (readonly [string, unknown])[]): Reader {
  const values = new Map(facts);
  return {
    get: async (fact) => {
      if (!values.has(fact.key)) throw new Error(`nobody gave ${fact.key}`);
      return values.get(fact.key) as never;
    },
  };
}
