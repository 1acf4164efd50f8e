/**
 * Resources that take their time: a state that turns into another one at a moment. Nothing ticks: whoever looks at a
 * resource settles it first, with the clock it was given.
 */

export interface Lifecycle<State extends string> {
  state: State;
  /** What comes next; undefined in a lasting state. */
  next?: Transition<State> | undefined;
}

export interface Transition<State extends string> {
  readonly state: State | 'GONE';
  /** Milliseconds of the clock. */
  readonly atMs: number;
  /** What comes after it; undefined where it lasts. */
  readonly next?: Transition<State>;
}

/** Moves on to every state whose time has come. False where the resource is gone. */
export function settle<State extends string>(lifecycle: Lifecycle<State>, nowMs: number): boolean {
  for (let { next } = lifecycle; next !== undefined && nowMs >= next.atMs; next = lifecycle.next) {
    if (next.state === 'GONE') return false;
    lifecycle.state = next.state;
    lifecycle.next = next.next;
  }
  return true;
}

/** From now on in that state, until what comes next. */
export function begin<State extends string>(lifecycle: Lifecycle<State>, state: State, next: Transition<State>): void {
  lifecycle.state = state;
  lifecycle.next = next;
}

/** True while a request is being worked on. */
export function isInTransition(lifecycle: Lifecycle<string>): boolean {
  return lifecycle.next !== undefined;
}
