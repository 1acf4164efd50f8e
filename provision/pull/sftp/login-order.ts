/**
 * The ways to log in, one after another, as the server asks for them (RFC 4252, section 5.1: what it says can continue). Where it wants several, in an
 * order of its own, one that was not yet its turn is tried again after each that was.
 */
import type { AnyAuthMethod, AuthHandlerMiddleware } from 'ssh2';

/** Not in ssh2's types. */
const noneLeft = false as unknown as AnyAuthMethod;

export function loginOrder(methods: readonly AnyAuthMethod[]): AuthHandlerMiddleware {
  let waiting = [...methods];
  let refused: AnyAuthMethod[] = [];
  let last: AnyAuthMethod | undefined;
  return (left, isPartial, next) => {
    if (isPartial) {
      waiting = [...refused, ...waiting];
      refused = [];
    } else if (last !== undefined) refused.push(last);
    // Not every server tells all that it takes.
    last = waiting.find((method) => left?.includes(nameOf(method))) ?? waiting[0];
    waiting = waiting.filter((method) => method !== last);
    next(last ?? noneLeft);
  };
}

/** An agent signs for a public key. */
function nameOf({ type }: AnyAuthMethod): AnyAuthMethod['type'] {
  return type === 'agent' ? 'publickey' : type;
}
