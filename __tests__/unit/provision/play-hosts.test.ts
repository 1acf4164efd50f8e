/** Plays of several hosts: one that cannot be logged in to, and an operator who stops. */
import { SluiceError } from '../../../provision/core/errors';
import type { PlayEvent } from '../../../provision/events';
import { exitCodeOf, play } from '../../../provision/play';
import { hostOf, threeRoles } from '../../helpers/simulated-play';

test('a host that cannot be reached does not stop the others, and decides the exit code', async () => {
  const reachable = hostOf([]);
  const connect = () => Promise.reject(new SluiceError('no route', { code: 'SSH_UNREACHABLE', kind: 'unreachable' }));
  const hosts = [
    { name: 'gone', connect, roles: threeRoles },
    { name: 'there', connect: async () => reachable, roles: threeRoles },
  ];
  const recaps = await play(hosts, {
    mode: 'apply',
    forks: 2,
    clock: () => 0,
    reporter: () => {},
  });
  expect(recaps.map(({ counts }) => [counts.unreachable, counts.changed])).toEqual([
    [1, 0],
    [0, 5],
  ]);
  expect(exitCodeOf(recaps)).toBe(4);
});

test('a login that fails for what the operator gives is exit code 3, as with the commands that look', async () => {
  const connect = () =>
    Promise.reject(new SluiceError('the passphrase is wrong', { code: 'SSH_KEY_UNUSABLE', kind: 'config' }));
  const events: PlayEvent[] = [];
  const recaps = await play([{ name: 'shut', connect, roles: threeRoles }], {
    mode: 'apply',
    forks: 1,
    clock: () => 0,
    reporter: (event) => events.push(event),
  });
  expect(events).toMatchObject([
    { type: 'task-ended', task: 'log in', status: 'failed', reason: 'the passphrase is wrong' },
    { type: 'recap', misconfigured: true },
  ]);
  expect(exitCodeOf(recaps)).toBe(3);
});

test('after an interrupt no further host is logged in to; each has its recap', async () => {
  const abort = new AbortController();
  const asked: string[] = [];
  const events: PlayEvent[] = [];
  const hostNamed = (name: string) => ({
    name,
    connect: async () => {
      asked.push(name);
      abort.abort();
      return hostOf([]);
    },
    roles: threeRoles,
  });
  const recaps = await play(['first', 'second', 'third'].map(hostNamed), {
    mode: 'apply',
    forks: 1,
    clock: () => 0,
    signal: abort.signal,
    reporter: (event) => events.push(event),
  });
  expect(asked).toEqual(['first']);
  expect(recaps.map(({ interrupted }) => interrupted)).toEqual([true, true, true]);
  expect(events.filter(({ host, type }) => host === 'third' && type === 'task-ended')).toMatchObject([
    { task: 'log in', status: 'skipped', reason: 'third: interrupted' },
  ]);
  expect(exitCodeOf(recaps)).toBe(130);
});
