import { existsSync, writeFileSync } from 'node:fs';
import type { PullReport } from '../../../provision/pull/record/report';
import { type SupervisedRun, supervise, unfinishedMark } from '../../../provision/pull/supervision';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();

type ReportError = NonNullable<PullReport['error']>;
const unreachable: ReportError = { code: 'CONNECT_FAILED', kind: 'unreachable', message: 'no', retryable: true };

function reportOf(error?: ReportError, state: PullReport['state'] = error === undefined ? 'SUCCESS' : 'ERROR') {
  return { state, ...(error === undefined ? {} : { error }) } as PullReport;
}

const isMarked = () => existsSync(unfinishedMark(folder()));

function supervised(report: PullReport, more: Partial<SupervisedRun> = {}): Promise<number> {
  const run = async () => {
    expect(isMarked()).toBe(true);
    return report;
  };
  const options = { broughtSome: () => false, isShuttingDown: async () => false, ...more };
  return supervise({ stateDirectory: folder(), run, ...options });
}

test.each([
  ['success', reportOf(), 0],
  ['some files failed', reportOf(undefined, 'ERROR'), 1],
  ['the configuration is wrong', reportOf({ code: 'X', kind: 'config', message: 'no' }), 3],
  ['a login that is refused', reportOf({ code: 'AUTHENTICATION_FAILED', kind: 'unreachable', message: 'no' }), 4],
  ['stopped by the operator', reportOf({ code: 'INTERRUPTED', kind: 'interrupted', message: 'no' }), 130],
])('a run is marked as unfinished while it goes, and no more after: %s', async (_, report, exitCode) => {
  expect(await supervised(report)).toBe(exitCode);
  expect(isMarked()).toBe(false);
});

test("stopped by the host's shutdown it stays unfinished: the next boot goes on", async () => {
  const report = reportOf({ code: 'INTERRUPTED', kind: 'interrupted', message: 'no' });
  expect(await supervised(report, { isShuttingDown: async () => true })).toBe(130);
  expect(isMarked()).toBe(true);
});

test('a lost source is tried ten times, then it is an error', async () => {
  const codes: number[] = [];
  for (let attempt = 0; attempt < 10; attempt += 1) codes.push(await supervised(reportOf(unreachable)));
  expect(codes).toEqual([...Array(9).fill(75), 4]);
  expect(isMarked()).toBe(false);
});

test('tries that bring something do not count', async () => {
  for (let attempt = 0; attempt < 9; attempt += 1) await supervised(reportOf(unreachable));
  expect(await supervised(reportOf(unreachable), { broughtSome: () => true })).toBe(75);
  expect(await supervised(reportOf(unreachable))).toBe(75);
});

test("the host's shutdowns do not count, however many stop a long pull", async () => {
  const report = reportOf({ code: 'INTERRUPTED', kind: 'interrupted', message: 'no' });
  for (let boot = 0; boot < 15; boot += 1) {
    expect(await supervised(report, { isShuttingDown: async () => true })).toBe(130);
    expect(isMarked()).toBe(true);
  }
  expect(await supervised(reportOf())).toBe(0);
});

test('what is killed each time is given up too', async () => {
  // A killed process leaves its mark: a run whose end nobody sees.
  const killed = () =>
    supervise({ stateDirectory: folder(), run: () => new Promise(() => {}), broughtSome: () => false });
  for (let attempt = 0; attempt < 10; attempt += 1) void killed();
  await expect(killed()).rejects.toMatchObject({ code: 'GIVEN_UP', exitCode: 1 });
  expect(isMarked()).toBe(false);
});

test('an error before the run leaves nothing to go on with', async () => {
  const run = () => Promise.reject(new Error('the mount is missing'));
  await expect(supervise({ stateDirectory: folder(), run, broughtSome: () => false })).rejects.toThrow(/mount/);
  expect(isMarked()).toBe(false);
});

test('every try is told when the first one began; a run that begins after one that ended begins anew', async () => {
  const begun: number[] = [];
  const interrupted: ReportError = { code: 'INTERRUPTED', kind: 'interrupted', message: 'no' };
  let nowMs = 1_790_000_000_000;
  const attempt = (error: ReportError | undefined, brings = false) => {
    nowMs += 60_000;
    return supervise({
      stateDirectory: folder(),
      run: async (begunAtMs) => {
        begun.push(begunAtMs);
        return reportOf(error);
      },
      broughtSome: () => brings,
      isShuttingDown: async () => true,
      clock: { now: () => nowMs },
    });
  };
  const first = nowMs + 60_000;
  await attempt(unreachable);
  await attempt(unreachable, true);
  await attempt(interrupted);
  await attempt(undefined);
  await attempt(undefined);
  expect(begun).toEqual([first, first, first, first, nowMs]);
});

test('the mark of an earlier agent has no beginning: its tries count on', async () => {
  writeFileSync(unfinishedMark(folder()), '9\n');
  expect(await supervised(reportOf(unreachable))).toBe(4);
});
