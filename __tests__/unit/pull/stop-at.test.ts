import type { RunLimits } from '../../../provision/pull/job/settings';
import { stopAt } from '../../../provision/pull/source/stop-at';

const noon = Date.parse('2026-03-01T12:00:00Z');
const minuteMs = 60_000;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A run from noon on. `pass` lets time go by on both clocks; `set` sets the wall clock forward, or back. */
function runWith(limits: Pick<RunLimits, 'durationMinutes' | 'until'>, begunMinutesAgo = 0) {
  let monotonicMs = 0;
  let wallMs = noon;
  const stopper = new AbortController();
  const begunAtMs = noon - begunMinutesAgo * minuteMs;
  const clock = { now: () => wallMs };
  const stop = stopAt(limits, { clock, now: () => monotonicMs, signal: stopper.signal, begunAtMs });
  return {
    stop,
    stopper,
    set: (minutes: number) => {
      wallMs += minutes * minuteMs;
    },
    pass: (minutes: number) => {
      for (let seconds = 0; seconds < minutes * 60; seconds += 1) {
        monotonicMs += 1000;
        wallMs += 1000;
        jest.advanceTimersByTime(1000);
      }
    },
  };
}

test.each([
  ['the duration', { durationMinutes: 5, until: '12:10' }],
  ['the time of day', { durationMinutes: 10, until: '12:05' }],
])('of two limits the earlier one counts: %s', (_which, limits) => {
  const { stop, pass } = runWith(limits);
  pass(4.9);
  expect([stop.signal.aborted, stop.isOver()]).toEqual([false, false]);
  pass(0.2);
  expect([stop.signal.aborted, stop.isOver()]).toEqual([true, true]);
});

test('without any there is none; a stop from outside is not that the time is over', () => {
  const { stop, stopper, pass } = runWith({});
  pass(1);
  expect(stop.signal.aborted).toBe(false);
  stopper.abort();
  expect([stop.signal.aborted, stop.isOver()]).toEqual([true, false]);
});

test.each([-60, 60])('a wall clock that is set by %i minutes changes no duration', (minutes) => {
  const { stop, set, pass } = runWith({ durationMinutes: 5 });
  pass(1);
  set(minutes);
  pass(3.9);
  expect(stop.signal.aborted).toBe(false);
  pass(0.2);
  expect(stop.isOver()).toBe(true);
});

describe('the time of day is that of the wall clock', () => {
  test('set forward beyond it, the run is over', () => {
    const { stop, set, pass } = runWith({ until: '14:00' });
    pass(1);
    set(180);
    pass(1);
    expect(stop.isOver()).toBe(true);
  });

  test('set back, it comes later by as much; and not a day later where the date was wrong', () => {
    const { stop, set, pass } = runWith({ until: '13:00' });
    pass(1);
    set(-24 * 60 - 30);
    pass(60);
    expect(stop.signal.aborted).toBe(false);
    pass(30);
    expect(stop.isOver()).toBe(true);
  });
});

describe('a run that is gone on with', () => {
  const dayMinutes = 24 * 60;

  test.each([
    ['the time of day has passed meanwhile', { until: '11:59' }, 2],
    ['the duration was used up', { durationMinutes: 60 }, 61],
    ['it is of yesterday, and this is not its time of day', { until: '06:00' }, dayMinutes + 840],
    ['it is of yesterday, and lasts no longer than an hour', { durationMinutes: 60 }, dayMinutes + 61],
    ['it took days already', { durationMinutes: 2 * dayMinutes }, 2 * dayMinutes - 0.001],
  ])('is over at once, or nearly: %s', (_why, limits, begunMinutesAgo) => {
    const { stop, pass } = runWith(limits, begunMinutesAgo);
    pass(0.1);
    expect([stop.signal.aborted, stop.isOver()]).toEqual([true, true]);
  });

  test.each([
    ['the time of day is still to come', { until: '12:05' }, 600],
    ['some of the duration is left', { durationMinutes: 60 }, 55],
    ['the same hours of a later day', { until: '12:05' }, 3 * dayMinutes + 10],
    ['as much of the duration on a later day', { durationMinutes: 60 }, 3 * dayMinutes + 55],
    ['its beginning is of a clock that was ahead', { durationMinutes: 5 }, -90],
  ])('has the rest of its time: %s', (_why, limits, begunMinutesAgo) => {
    const { stop, pass } = runWith(limits, begunMinutesAgo);
    pass(4.9);
    expect(stop.signal.aborted).toBe(false);
    pass(0.2);
    expect(stop.isOver()).toBe(true);
  });
});
