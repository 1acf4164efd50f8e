/** What the metrics tell of a run, gathered from its events. */
import type { ExecutionState, Progress, PullEvent } from '../record/events';

export interface RunState {
  readonly state: ExecutionState;
  readonly connections: number;
  readonly progress: Progress | undefined;
  /** Seconds since 1970. */
  readonly startedAt: number;
  /** Of the end; undefined while it runs. */
  readonly endedAt: number | undefined;
}

/** Folds one event into what is known; the first one begins a run. */
export function observed(before: RunState | undefined, event: PullEvent): RunState {
  const seconds = Date.parse(event.time) / 1000;
  const known = before ?? {
    state: 'LAUNCHING',
    connections: 0,
    progress: undefined,
    startedAt: seconds,
    endedAt: undefined,
  };
  switch (event.type) {
    case 'state':
      return { ...known, state: event.state, ...(isEnd(event.state) ? { endedAt: seconds, connections: 0 } : {}) };
    case 'progress':
      return { ...known, progress: event };
    case 'connections':
      return event.change === 'limited' ? known : { ...known, connections: event.connections };
    default:
      return known;
  }
}

export function isEnd(state: ExecutionState): boolean {
  return state === 'SUCCESS' || state === 'ERROR';
}
