/** The laws of the engine, on random hosts: check equals apply, a second apply is empty, one drift is one change. */
import fc from 'fast-check';
import { SluiceError } from '../../../provision/core/errors';
import type { PlayEvent, TaskResult } from '../../../provision/events';
import type { Resource } from '../../../provision/resources/resource';
import { allTags, type Role, type Selection, selectTasks } from '../../../provision/role';
import { type CellParams, cellResource, type SimulatedHost } from '../../helpers/simulated-host';
import { hostOf, oneRole, run, threeRoles, wants } from '../../helpers/simulated-play';

const changesOf = (results: readonly TaskResult[]) => results.map(({ changes }) => changes);

const blocked: Resource = {
  name: 'impossible',
  inspect: async () => undefined,
  plan: () => ({ kind: 'blocked', reason: 'it cannot be', fix: 'do not ask for it' }),
  predict: () => [],
  apply: () => Promise.reject(new Error('never')),
};

const word = fc.constantFrom('a', 'b', 'c');

/** Cells c0, c1, ...; each may look at earlier ones, and what it wants depends on what it sees. */
const cells = fc
  .array(fc.record({ wanted: word, looksAt: fc.array(fc.nat({ max: 7 }), { maxLength: 2 }) }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((list) =>
    list.map(({ wanted, looksAt }, index): CellParams => {
      const earlier = [...new Set(looksAt)].filter((other) => other < index).map((other) => `c${other}`);
      return { name: `c${index}`, looksAt: earlier, wants: (seen) => [wanted, ...seen].join('') };
    }),
  );
const starts = fc.array(fc.option(word, { nil: '' }), { minLength: 8, maxLength: 8 });

test('a check writes nothing and says exactly what the apply does; a second apply is empty and takes one round trip', async () => {
  await fc.assert(
    fc.asyncProperty(cells, starts, async (list, words) => {
      const host = hostOf(words);
      const roles = oneRole(list.map(cellResource));
      const check = await run(host, roles, { mode: 'check' });
      expect(host.written).toEqual([]);
      const apply = await run(host, roles, { mode: 'apply' });
      expect(changesOf(apply.results)).toEqual(changesOf(check.results));
      expect(apply.recap.counts.changed).toBe(check.recap.counts.pending);
      const written = host.written.length;
      const second = await run(host, roles, { mode: 'apply' });
      expect(second.recap.counts.ok).toBe(list.length);
      expect(second.recap.roundTrips).toBe(1);
      expect(host.written).toHaveLength(written);
      expect([check.exitCode, apply.exitCode, second.exitCode]).toEqual([written === 0 ? 0 : 2, 0, 0]);
    }),
  );
});

test('any single drift of a converged host is mended by exactly one change', async () => {
  const independent = fc.array(word, { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(independent, fc.nat(), async (wanted, drifted) => {
      const roles = oneRole(wanted.map((held, index) => cellResource({ name: `c${index}`, wants: () => held })));
      const host = hostOf(wanted);
      const name = `c${drifted % wanted.length}`;
      host.cells.set(name, 'drift');
      const { results } = await run(host, roles, { mode: 'apply' });
      expect(changesOf(results).flat()).toHaveLength(1);
      expect(host.written).toEqual([`set ${name} ${wanted[drifted % wanted.length]}`]);
    }),
  );
});

test('after a change only what comes before the next one is asked for again', async () => {
  const roles = oneRole(['x', 'y', 'x', 'y', 'y', 'x'].map((word, index) => wants(`c${index}`, word)));
  const host = hostOf(['y', 'y', 'y', 'y', 'y', 'y']);
  const { recap } = await run(host, roles, { mode: 'apply' });
  expect(recap.counts).toMatchObject({ changed: 3, ok: 3 });
  expect(recap.roundTrips).toBe(1 + 2 * 3);
  expect(host.probes).toBe(6 + 3 + 4 + 1);
});

test('where a change cannot be foreseen the check says unknown, and is never wrong', async () => {
  await fc.assert(
    fc.asyncProperty(cells, starts, fc.nat({ max: 7 }), fc.nat({ max: 7 }), async (list, words, stirrer, stirred) => {
      const withStir = list.map((params, index) =>
        index === stirrer && stirred > stirrer ? { ...params, stirs: `c${stirred}` } : params,
      );
      const host = hostOf(words);
      const roles = oneRole(withStir.map(cellResource));
      const check = await run(host, roles, { mode: 'check' });
      const apply = await run(host, roles, { mode: 'apply' });
      check.results.forEach((result, index) => {
        if (result.status === 'unknown') return;
        expect(apply.results[index]?.changes).toEqual(result.changes);
      });
    }),
  );
});

test('a connection lost at any round trip is said, and a rerun goes on to the end', async () => {
  await fc.assert(
    fc.asyncProperty(cells, starts, fc.integer({ min: 1, max: 20 }), async (list, words, lostAt) => {
      const host = hostOf(words);
      const roles = oneRole(list.map(cellResource));
      host.lostAt = lostAt;
      const cut = await run(host, roles, { mode: 'apply' });
      if (cut.recap.counts.unreachable > 0) {
        expect(cut.exitCode).toBe(4);
        expect(cut.results).toHaveLength(list.length);
      }
      host.lostAt = Number.POSITIVE_INFINITY;
      expect((await run(host, roles, { mode: 'apply' })).exitCode).toBe(0);
      expect((await run(host, roles, { mode: 'check' })).exitCode).toBe(0);
    }),
  );
});

test('a failed task ends its role and skips every role that stands on it, with the reason; others go on', async () => {
  const host = hostOf([]);
  host.failing.add('c0');
  const { results, exitCode } = await run(host, threeRoles, { mode: 'apply' });
  expect(results.map(({ status }) => status)).toEqual(['failed', 'skipped', 'skipped', 'skipped', 'changed']);
  expect(results[3]?.reason).toBe('"c0" comes first, and failed');
  expect(exitCode).toBe(1);
});

test('a change that did not take is a failure', async () => {
  const host = hostOf([]);
  host.stuck.add('c4');
  const { results } = await run(host, threeRoles, { mode: 'apply' });
  expect(results.at(-1)).toMatchObject({ status: 'failed', reason: 'the change did not take: word is , not x' });
});

test('a change that a lost host may have made is told, though it does not come back', async () => {
  const host = hostOf([]);
  host.lostAt = 2;
  const { results } = await run(host, oneRole([wants('c0', 'x')]), { mode: 'apply' });
  expect(results).toMatchObject([{ status: 'unreachable', changes: [{ path: 'word', to: 'x' }] }]);
});

test('a host that is lost when the operator stops is not asked again', async () => {
  const host = hostOf([]);
  const abort = new AbortController();
  const cut: Resource<readonly string[]> = {
    ...wants('c0', 'x'),
    apply: () => {
      abort.abort();
      return Promise.reject(new SluiceError('lost', { code: 'CONNECTION_LOST', kind: 'unreachable', retryable: true }));
    },
  };
  const { results } = await run(host, oneRole([cut]), { mode: 'apply', signal: abort.signal });
  expect(results).toMatchObject([{ status: 'unreachable', changes: [{ path: 'word' }] }]);
  expect(host.roundTrips).toBe(1);
});

test('what nobody can foresee is held back by what is blocked, as a change is', async () => {
  const stirring = cellResource({ name: 'c0', wants: () => 'x', stirs: 'c1' });
  const { results } = await run(hostOf([]), oneRole([stirring, wants('c1', 'y'), blocked]), { mode: 'apply' });
  expect(results.map(({ status }) => status)).toEqual(['skipped', 'skipped', 'blocked']);
});

test.each(['check', 'apply'] as const)('anything blocked: %s writes nothing and exits with 5', async (mode) => {
  const host = hostOf([]);
  host.cells.set('c4', 'x');
  const roles = [...threeRoles, { name: 'last', needs: [], tasks: [{ resource: blocked }] }];
  const { results, exitCode } = await run(host, roles, { mode });
  expect(results.map(({ status }) => status)).toEqual(['skipped', 'skipped', 'skipped', 'skipped', 'ok', 'blocked']);
  expect(results[0]?.reason).toContain('"impossible" is blocked');
  expect(host.written).toEqual([]);
  expect(exitCode).toBe(5);
});

test('what a host is not meant to have is skipped by name, with the reason, and stops nothing', async () => {
  const roles: readonly Role[] = [
    { name: 'first', needs: [], tasks: [{ resource: wants('c0', 'x'), skip: 'needs root' }] },
    { name: 'second', needs: ['first'], tasks: [{ resource: wants('c1', 'x') }] },
  ];
  const { results, exitCode } = await run(hostOf([]), roles, { mode: 'apply' });
  expect(results).toMatchObject([{ task: 'c0', status: 'skipped', reason: 'needs root' }, { status: 'changed' }]);
  expect(exitCode).toBe(0);
});

test('an interrupt lets the change be finished and proven, begins no other, and exits with 130', async () => {
  const host = hostOf([]);
  const abort = new AbortController();
  const onEvent = (event: PlayEvent) => {
    if (event.type === 'task-started' && event.task === 'c1') abort.abort();
  };
  const { results, exitCode } = await run(host, threeRoles, { mode: 'apply', signal: abort.signal, onEvent });
  expect(results.map(({ status }) => status)).toEqual(['changed', 'skipped', 'skipped', 'skipped', 'skipped']);
  expect(host.written).toEqual(['set c0 x']);
  expect(exitCode).toBe(130);
});

test('tags choose roles and tasks; what is not chosen is not read', async () => {
  expect(allTags(threeRoles)).toEqual(['first', 'second', 'third', 'apart', 'extra']);
  const chosen = async (selection: Selection) =>
    (await run(hostOf([]), threeRoles, { mode: 'check', selection })).results.map(({ task }) => task);
  expect(await chosen({ tags: ['second', 'extra'] })).toEqual(['c2', 'c4']);
  expect(await chosen({ tags: [], skipTags: ['first'] })).toEqual(['c2', 'c3', 'c4']);
  const none = { tags: ['first'], skipTags: ['first'] };
  expect(() => selectTasks(threeRoles, none)).toThrow('--tags and --skip-tags leave no task');
});

test('tasks before the one to start at are left out; a part of a name will do where it is the only one', async () => {
  const named = (names: readonly string[]): readonly Role[] => [
    { name: 'role', needs: [], tasks: names.map((name) => ({ resource: { ...wants('c0', 'x'), name } })) },
  ];
  const roles = named(['directory /a', 'mount /a', 'mount /a/b']);
  const from = (startAt: string) => selectTasks(roles, { startAt }).map(({ resource }) => resource.name);
  expect(from('mount /a')).toEqual(['mount /a', 'mount /a/b']);
  expect(from('role: mount /a/b')).toEqual(['mount /a/b']);
  expect(from('directory')).toEqual(['directory /a', 'mount /a', 'mount /a/b']);
  expect(() => from('mount')).toThrow('2 tasks have in their name "mount"');
  expect(() => from('umount')).toThrow('there is no task "umount"');
});

const shortOf = (host: SimulatedHost) => [...host.cells.values()].filter((held) => held !== 'x').length;

test('interrupted at any task, the run is said to be, and the next one goes on to the end', async () => {
  const tasks = (await run(hostOf([]), threeRoles, { mode: 'check' })).results.map(({ task }) => task);
  for (const stop of tasks) {
    const host = hostOf([]);
    const abort = new AbortController();
    const onEvent = (event: PlayEvent) => {
      if (event.type === 'task-started' && event.task === stop) abort.abort();
    };
    const cut = await run(host, threeRoles, { mode: 'apply', signal: abort.signal, onEvent });
    expect([cut.exitCode, cut.results.length, shortOf(host)]).toEqual([130, tasks.length, 0]);
    const rest = await run(host, threeRoles, { mode: 'apply' });
    expect([rest.exitCode, rest.recap.counts.changed]).toEqual([0, tasks.length - cut.recap.counts.changed]);
  }
});

test('a fault of the program is not dressed up as a failed task', async () => {
  const faulty: Resource = { ...wants('c0', 'x'), plan: () => JSON.parse('{') };
  await expect(run(hostOf([]), oneRole([faulty]), { mode: 'check' })).rejects.toThrow(SyntaxError);
});
