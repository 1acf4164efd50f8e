/** A further connection near the server: only where this thread would otherwise wait. */
import type { performance } from 'node:perf_hooks';
import { spareTime } from '../../../provision/pull/sftp/spare-time';
import { until } from '../../helpers/until';

type Look = typeof performance.eventLoopUtilization;

/** A thread that is idle for `idleMs` of each 100 ms that `pass` brings. */
function fakeThread() {
  const spent = { idle: 0, active: 0, utilization: 0 };
  const look = ((since?: typeof spent) => ({
    idle: spent.idle - (since?.idle ?? 0),
    active: spent.active - (since?.active ?? 0),
    utilization: 0,
  })) as Look;
  const pass = (durationMs: number, idleShare: number) => {
    spent.idle += durationMs * idleShare;
    spent.active += durationMs * (1 - idleShare);
  };
  return { look, pass };
}

test('says yes once for each quarter of a second that was mostly waiting', () => {
  const { look, pass } = fakeThread();
  pass(10_000, 1);
  const hasTime = spareTime(look);
  expect(hasTime()).toBe(false);
  pass(200, 0.9);
  expect(hasTime()).toBe(false);
  pass(60, 0.9);
  expect([hasTime(), hasTime()]).toEqual([true, false]);
  pass(300, 0.9);
  expect([hasTime(), hasTime()]).toEqual([true, false]);
});

test('says no where the thread is at work', () => {
  const { look, pass } = fakeThread();
  const hasTime = spareTime(look);
  expect(hasTime()).toBe(false);
  for (let turn = 0; turn < 10; turn += 1) {
    pass(300, 0.2);
    expect(hasTime()).toBe(false);
  }
});

test('looks at the thread it runs on', async () => {
  const hasTime = spareTime();
  expect(hasTime()).toBe(false);
  await until(hasTime);
});
