import { EventEmitter, getMaxListeners } from 'node:events';
import { stopSignal } from '../../../scripts/stop-signal';

function started() {
  const exit = jest.fn();
  const clock = { now: 10_000 };
  const process = Object.assign(new EventEmitter(), { exit });
  return { process, exit, clock, signal: stopSignal(process, () => clock.now) };
}

test('one Ctrl-C that comes twice, as under npx, stops and does not end the process', () => {
  const { process, exit, clock, signal } = started();
  process.emit('SIGINT');
  expect(signal.aborted).toBe(true);
  clock.now += 30;
  process.emit('SIGINT');
  expect(exit).not.toHaveBeenCalled();
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('a second one, %s, ends it', (name) => {
  const { process, exit, clock } = started();
  process.emit('SIGINT');
  expect(exit).not.toHaveBeenCalled();
  clock.now += 1000;
  process.emit(name);
  expect(exit).toHaveBeenCalledWith(130);
});

test('as many hosts as there are may listen without a warning of Node.js', () => {
  expect(getMaxListeners(started().signal)).toBe(Number.POSITIVE_INFINITY);
});
