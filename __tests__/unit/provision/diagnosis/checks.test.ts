/** Checks on given facts: what is a problem, what is not, and what no answer can be had to. */
import { type Check, diagnose, factsOf } from '../../../../provision/diagnosis/check';
import { mountChecks, mountedReadWriteCheck } from '../../../../provision/diagnosis/mount-checks';
import { localPortCheck, nameCheck, reachCheck } from '../../../../provision/diagnosis/network-checks';
import { clockCheck, diskCheck, lastRunCheck } from '../../../../provision/diagnosis/service-checks';
import { taskCheck, tasksCheck } from '../../../../provision/diagnosis/task-checks';
import { resolvedAddresses } from '../../../../provision/facts/addresses';
import { hostClock } from '../../../../provision/facts/clock';
import { diskSpace } from '../../../../provision/facts/disk';
import { localPort } from '../../../../provision/facts/local-port';
import { type Mount, mounts } from '../../../../provision/facts/mounts';
import { PredictedFacts } from '../../../../provision/facts/prediction';
import { realPath } from '../../../../provision/facts/real-path';
import { type TcpReach, tcpReach } from '../../../../provision/facts/tcp-reach';
import { type UnitRun, unitRun } from '../../../../provision/facts/unit-run';
import { lustreMount } from '../../../../provision/resources/lustre-mount';
import type { RoleTask } from '../../../../provision/role';
import { factsInMemory, given } from '../../../helpers/facts-in-memory';
import { cellResource, SimulatedHost } from '../../../helpers/simulated-host';

type Facts = Parameters<typeof factsInMemory>[0];
const look = (check: Check, ...facts: Facts) => check.look(new PredictedFacts(factsInMemory(facts)));
const mib = 1024 * 1024;

test('a name that resolves, and one that does not', async () => {
  const addresses = resolvedAddresses('fs.example');
  expect(await look(nameCheck('fs.example'), given(addresses, ['10.0.0.5']))).toMatchObject({ status: 'ok' });
  expect(await look(nameCheck('fs.example'), given(addresses, []))).toMatchObject({
    status: 'problem',
    cure: expect.stringContaining('DNS'),
  });
});

test.each<[TcpReach, string, RegExp | undefined]>([
  ['open', 'ok', undefined],
  ['silent', 'problem', /1018-1023/],
  ['refused', 'problem', /AVAILABLE/],
  ['no-route', 'problem', /route table/],
])('a port that is %s: %s', async (reach, status, cure) => {
  const facts = [given(tcpReach('fs.example', 988), reach), given(resolvedAddresses('fs.example'), ['10.0.0.5'])];
  const outcome = await look(reachCheck('fs.example', 988), ...facts);
  expect(outcome.status).toBe(status);
  if (cure !== undefined) expect(outcome.cure).toMatch(cure);
});

test('a port of the host that another program holds', async () => {
  expect(await look(localPortCheck(988), given(localPort(988), ['rpc.statd']))).toMatchObject({
    status: 'problem',
    detail: expect.stringContaining('rpc.statd holds it'),
  });
  expect(await look(localPortCheck(988), given(localPort(988), []))).toMatchObject({ status: 'ok' });
});

test.each<[string, Partial<UnitRun>, string]>([
  ['runs', { activeState: 'active' }, 'ok'],
  ['never ran', {}, 'ok'],
  ['ended well', { lastExit: { status: 0, at: 'noon' } }, 'ok'],
  ['was stopped', { lastExit: { status: 130, at: 'noon' } }, 'ok'],
  ['failed', { activeState: 'failed', result: 'exit-code', lastExit: { status: 1, at: 'noon' } }, 'problem'],
  [
    'waits for its next try',
    { activeState: 'activating', waitsForNextTry: true, result: 'exit-code', lastExit: { status: 75, at: 'noon' } },
    'problem',
  ],
  ['was killed', { activeState: 'failed', result: 'oom-kill' }, 'problem'],
])('a unit that %s', async (_, state, status) => {
  const run: UnitRun = { activeState: 'inactive', waitsForNextTry: false, result: 'success', lastExit: null, ...state };
  expect(await look(lastRunCheck('u.service'), given(unitRun('u.service'), run))).toMatchObject({ status });
});

test.each([
  [4096 * mib, null, 'ok'],
  [4096 * mib, 900_000, 'ok'],
  [100 * mib, null, 'problem'],
  [4096 * mib, 10, 'problem'],
])('a disk with %d bytes and %p inodes: %s', async (availableBytes, availableInodes, status) => {
  const space = { sizeBytes: 8192 * mib, availableBytes, freeBytes: availableBytes, availableInodes };
  expect(await look(diskCheck('/var/lib'), given(diskSpace('/var/lib'), space))).toMatchObject({ status });
});

test.each([
  [0, 'ok', /right/],
  [-100, 'ok', /right/],
  [600, 'problem', /600 s ahead/],
  [-600, 'problem', /600 s behind/],
])('a clock %d s off: %s', async (offset, status, detail) => {
  const clock = { epochSeconds: 1_780_000_000 + offset, synchronized: false };
  const outcome = await look(
    clockCheck(() => 1_780_000_000_000),
    given(hostClock, clock),
  );
  expect(outcome).toMatchObject({ status, detail: expect.stringMatching(detail) });
  expect(outcome.detail).toContain('no time service');
});

describe('a mount', () => {
  const target = '/fsx';
  const params = { dnsName: 'fs.example', mountName: 'abcdbbmv', target, options: ['noatime', 'flock'] };
  const task: RoleTask = { role: { name: 'lustre-mount', needs: [], tasks: [] }, resource: lustreMount(params) };
  const lustre: Mount = {
    target,
    fsType: 'lustre',
    source: '10.0.0.5@tcp:/abcdbbmv',
    root: '/',
    options: ['rw', 'noatime', 'flock'],
  };
  const trap: Mount = { target, fsType: 'autofs', source: 'systemd-1', root: '/', options: [] };

  test.each<[string, readonly Mount[], readonly string[]]>([
    ['as it shall be, over its trap', [trap, lustre], ['ok', 'ok', 'ok', 'ok']],
    ['that is only a trap', [trap], ['problem', 'unknown', 'unknown', 'unknown']],
    ['of another file system', [{ ...lustre, source: '10.0.0.6@tcp:/other' }], ['ok', 'problem', 'ok', 'ok']],
    ['with other options', [{ ...lustre, options: ['rw', 'relatime', 'flock'] }], ['ok', 'ok', 'problem', 'ok']],
    ['read-only', [{ ...lustre, options: ['ro', 'noatime', 'flock'] }], ['ok', 'ok', 'problem', 'problem']],
    ['of a disk', [{ ...lustre, fsType: 'ext4', source: '/dev/sdb' }], ['problem', 'problem', 'ok', 'unknown']],
  ])('%s', async (_, found, statuses) => {
    expect((await answers(found, ['10.0.0.5'])).map(({ status }) => status)).toEqual(statuses);
  });

  const answers = (found: readonly Mount[], addresses: readonly string[]) => {
    const facts = [
      given(mounts, found),
      given(resolvedAddresses('fs.example'), addresses),
      given(realPath(target), target),
    ];
    const checks = [...mountChecks(task, { target, options: ['flock', 'retry=3'] }), mountedReadWriteCheck(target)];
    return Promise.all(checks.map((check) => look(check, ...facts)));
  };

  test('that is mounted elsewhere too is named, and no problem', async () => {
    const [there, right, options] = await answers([lustre, { ...lustre, target: '/mnt/other' }], ['10.0.0.5']);
    expect([there, right, options].map((answer) => answer?.status)).toEqual(['ok', 'ok', 'ok']);
    expect(right).toMatchObject({ detail: expect.stringMatching(/^10\.0\.0\.5.*; .*is mounted on \/mnt\/other too$/) });
  });

  test('whose name does not resolve: whether it is the right one is not known; nor which options the kernel hides', async () => {
    const [there, right, options] = await answers([lustre], []);
    expect(there).toMatchObject({ status: 'ok' });
    expect(right).toMatchObject({ status: 'unknown', cure: expect.stringContaining('DNS') });
    expect(options).toMatchObject({ status: 'ok', detail: expect.stringMatching(/from the next mount: retry=3$/) });
  });
});

describe('checks on a host', () => {
  const roleOf = (name: string, ...resources: readonly ReturnType<typeof cellResource>[]): readonly RoleTask[] =>
    resources.map((resource) => ({ role: { name, needs: [], tasks: [] }, resource }));
  const base = cellResource({ name: 'c0', wants: () => 'x' });
  const onBase = cellResource({ name: 'c1', looksAt: ['c0'], wants: ([seen = '']) => `${seen}y` });

  test('take one round trip, and tell a cause from what follows from it', async () => {
    const host = new SimulatedHost(new Map([['c1', 'xy']]));
    const tasks = roleOf('role', base, onBase);
    const findings = await diagnose(host, [...tasks.map(taskCheck), tasksCheck('whole', tasks, 'all good')]);
    expect(findings.map(({ status }) => status)).toEqual(['problem', 'ok', 'ok']);
    expect(findings[0]).toMatchObject({ detail: 'word: , to be x', cure: 'npx sluice provision --tags role' });
    expect(host.roundTrips).toBe(1);
    expect(host.written).toEqual([]);
  });

  test('a text that is another one is not shown, and the cure says what shows it', async () => {
    const host = new SimulatedHost(new Map([['c2', 'a\nb\n']]));
    const text = cellResource({ name: 'c2', wants: () => 'a\nc\n' });
    const [finding] = await diagnose(host, roleOf('role', text).map(taskCheck));
    expect(finding).toMatchObject({
      detail: 'word: not what it shall be',
      cure: 'npx sluice provision --tags role; with --check --diff it shows what differs',
    });
  });

  test('several tasks in one: the first that is not as configured', async () => {
    const host = new SimulatedHost(new Map());
    const [finding] = await diagnose(host, [tasksCheck('whole', roleOf('role', base, onBase), 'all good')]);
    expect(finding).toMatchObject({ check: 'whole', status: 'problem', detail: 'c0: word: , to be x' });
    expect(host.roundTrips).toBe(1);
    host.cells.set('c0', 'x').set('c1', 'xy');
    expect(await diagnose(host, [tasksCheck('whole', roleOf('role', base, onBase), 'all good')])).toEqual([
      { check: 'whole', status: 'ok', detail: 'all good' },
    ]);
  });

  test('what a task warns of is a problem, though there is nothing to change', async () => {
    const host = new SimulatedHost(new Map([['c0', 'x']]));
    const warning = { reason: 'the next boot runs another kernel', fix: 'set the default kernel' };
    const tasks = roleOf('role', { ...base, warning: () => warning });
    const findings = await diagnose(host, [...tasks.map(taskCheck), tasksCheck('whole', tasks, 'all good')]);
    expect(findings).toEqual([
      { check: 'role: c0', status: 'problem', detail: warning.reason, cure: warning.fix },
      { check: 'whole', status: 'problem', detail: `c0: ${warning.reason}`, cure: warning.fix },
    ]);
  });

  test('several tasks in one: a fault comes before a warning, wherever it stands', async () => {
    const host = new SimulatedHost(new Map([['c0', 'x']]));
    const warns = { ...base, warning: () => ({ reason: 'the next boot runs another kernel', fix: 'set it' }) };
    const [finding] = await diagnose(host, [tasksCheck('whole', roleOf('role', warns, onBase), 'all good')]);
    expect(finding).toMatchObject({ status: 'problem', detail: 'c1: word: , to be xy' });
  });

  test('what a task notes is said, and is no problem', async () => {
    const host = new SimulatedHost(new Map([['c0', 'x']]));
    const note = { reason: 'it is mounted elsewhere too', fix: 'unmount that' };
    const tasks = roleOf('role', { ...base, note: () => note });
    const findings = await diagnose(host, [...tasks.map(taskCheck), tasksCheck('whole', tasks, 'all good')]);
    expect(findings).toEqual([
      { check: 'role: c0', status: 'ok', detail: `as configured; ${note.reason}`, cure: note.fix },
      { check: 'whole', status: 'ok', detail: `all good; c0: ${note.reason}`, cure: note.fix },
    ]);
  });

  test('a lost connection is no finding', async () => {
    const host = new SimulatedHost(new Map());
    host.lostAt = 1;
    const checks = roleOf('role', base).map(taskCheck);
    await expect(diagnose(host, checks)).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(factsOf(host, checks)).rejects.toMatchObject({ kind: 'unreachable' });
  });

  test('all that they read is what facts shows, by key, in one round trip', async () => {
    const host = new SimulatedHost(new Map([['c0', 'x']]));
    expect(await factsOf(host, roleOf('role', onBase, base).map(taskCheck))).toEqual([
      { key: 'cell:c0', value: 'x' },
      { key: 'cell:c1', value: '' },
    ]);
    expect(host.roundTrips).toBe(1);
  });
});
