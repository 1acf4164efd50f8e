/** Plays on hosts in memory. */
import type { RetryPolicy } from '../../provision/core/retry';
import type { PlayEvent } from '../../provision/events';
import { exitCodeOf, play } from '../../provision/play';
import type { Resource } from '../../provision/resources/resource';
import type { Role, Selection } from '../../provision/role';
import { cellResource, SimulatedHost } from './simulated-host';

interface Run {
  readonly mode: 'check' | 'apply';
  readonly selection?: Selection;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: PlayEvent) => void;
  readonly retry?: RetryPolicy;
  readonly settleTimeoutMs?: number;
}

export async function run(host: SimulatedHost, roles: readonly Role[], { onEvent, ...options }: Run) {
  const events: PlayEvent[] = [];
  host.roundTrips = 0;
  const recaps = await play([{ name: host.host, connect: async () => host, roles }], {
    ...options,
    forks: 1,
    clock: () => 0,
    reporter: (event) => {
      events.push(event);
      onEvent?.(event);
    },
  });
  const results = events.flatMap((event) => (event.type === 'task-ended' ? [event] : []));
  return { results, recap: recaps[0]!, exitCode: exitCodeOf(recaps), events };
}

export function oneRole(resources: readonly Resource[]): readonly Role[] {
  return [{ name: 'role', needs: [], tasks: resources.map((resource) => ({ resource })) }];
}

/** A host with cells c0, c1, ... that hold these words. */
export const hostOf = (words: readonly string[]) =>
  new SimulatedHost(new Map(words.map((held, index) => [`c${index}`, held])));

/** A cell that shall hold this word. */
export const wants = (name: string, held: string) => cellResource({ name, wants: () => held });

/** Of which one stands by itself. */
export const threeRoles: readonly Role[] = [
  { name: 'first', needs: [], tasks: [{ resource: wants('c0', 'x') }, { resource: wants('c1', 'x') }] },
  { name: 'second', needs: ['first'], tasks: [{ resource: wants('c2', 'x') }] },
  { name: 'third', needs: ['second'], tasks: [{ resource: wants('c3', 'x') }] },
  { name: 'apart', needs: [], tasks: [{ resource: wants('c4', 'x'), tags: ['extra'] }] },
];
