/** A resource that depends on what the host is: made from a fact once it is known; nothing at all where the host needs none. */
import type { Fact } from '../facts/fact';
import type { Resource } from './resource';

interface State {
  readonly resource: Resource;
  readonly state: unknown;
}

export function perHost<T>(name: string, fact: Fact<T>, make: (value: T) => Resource | null): Resource<State | null> {
  return {
    name,
    async inspect(reader) {
      const resource = make(await reader.get(fact));
      return resource === null ? null : { resource, state: await resource.inspect(reader) };
    },
    plan: (made) => made?.resource.plan(made.state) ?? [],
    warning: (made) => made?.resource.warning?.(made.state),
    predict: (made) => made?.resource.predict(made.state) ?? [],
    async apply(writer, change, made) {
      await made?.resource.apply(writer, change, made.state);
    },
  };
}
