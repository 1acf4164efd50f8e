/**
 * Resources that take their time: a state that turns into another one at a moment. Nothing ticks: whoever looks at a
 * resource settles it first, with the clock it was given.
 */

export interface Lifecycle<State extends string> {
  state: State;
  /** What comes next, and when (milliseconds of the clock); undefined in a lasting state. */
  next?: { readonly state: State | 'GONE'; readonly atMs: number } | undefined;
}

/** Moves on to the next state once its time has come. False where the resource is gone. */
export function settle<State extends string>(lifecycle: Lifecycle<State>, nowMs: number): boolean {
  const { next } = lifecycle;
  if (next === undefined || nowMs < next.atMs) return true;
  if (next.state === 'GONE') return false;
  lifecycle.state = next.state;
  lifecycle.next = undefined;
  return true;
}

/** True while a request is being worked on. */
export function isInTransition(lifecycle: Lifecycle<string>): boolean {
  return lifecycle.next !== undefined;
}
