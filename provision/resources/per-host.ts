/** A resource that depends on what the host is: made from a fact once it is known; nothing at all where the host needs none. */
import type { Fact } from '../facts/fact';
import type { Resource } from './resource';

interface State {
  readonly resource: Resource;
  readonly state: unknown;
}

export interface PerHostParams<T> {
  readonly name: string;
  /** Of the resource that is made. */
  readonly usesPackageManager?: true;
  readonly fact: Fact<T>;
  readonly make: (value: T) => Resource | null;
  /** What the resource will most likely ask for: read together with the fact, for it costs a round trip of its own otherwise. */
  readonly ahead?: readonly Fact<unknown>[];
}

export function perHost<T>({ fact, make, ahead = [], ...about }: PerHostParams<T>): Resource<State | null> {
  return {
    ...about,
    async inspect(reader) {
      const early = Promise.allSettled(ahead.map((each) => reader.get(each)));
      const resource = make(await reader.get(fact));
      await early;
      return resource === null ? null : { resource, state: await resource.inspect(reader) };
    },
    plan: (made) => made?.resource.plan(made.state) ?? [],
    warning: (made) => made?.resource.warning?.(made.state),
    note: (made) => made?.resource.note?.(made.state),
    predict: (made) => made?.resource.predict(made.state) ?? [],
    async apply(writer, change, made) {
      await made?.resource.apply(writer, change, made.state);
    },
  };
}
