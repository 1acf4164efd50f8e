import type { Progress, PullEvent, PullEventBody } from '../../../../provision/pull/record/events';
import { showProgress } from '../../../../scripts/render/progress';
import { renderPull } from '../../../../scripts/render/pull';
import { RecentRate } from '../../../../scripts/render/recent-rate';
import { fakeContext } from '../../../helpers/fake-context';

/** What is written, by a clock that the test moves. */
function progress({ isTTY = false, color = false } = {}) {
  const { context, stdout } = fakeContext({ isTTY });
  let nowMs = 0;
  const view = showProgress(context.stdout, { phases: ['read', 'write'], color, clock: () => nowMs });
  return {
    view,
    stdout,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('without a terminal: a line a phase, and one every ten seconds, no escape sequence', () => {
  const { view, stdout, pass } = progress();
  view.phase('read');
  view.phase('read');
  view.update({ share: 0.1, facts: ['1 file'] });
  pass(10_000);
  view.update({ share: 0.456, facts: ['2 files', '1 failed'] });
  pass(9_000);
  view.update({ share: 0.5, facts: ['3 files'] });
  view.note('a note');
  view.phase('write');
  view.finish();
  expect(stdout()).toBe('read\nread: 45%, 2 files, 1 failed\na note\nwrite\n');
});

test('on a terminal: phases with their times, a bar, facts', () => {
  const { view, stdout, pass } = progress({ isTTY: true });
  view.phase('read');
  pass(1500);
  view.phase('write');
  pass(61_000);
  view.update({ share: 0.5, facts: ['7 of 14 files'] });
  const last = stdout().split('\x1b[J').at(-1);
  view.finish();
  expect(last).toBe(`✓ read 1.5s  ▸ write 1m 01s\n${'█'.repeat(12)}${'░'.repeat(12)}  50%  7 of 14 files`);
});

test('a phase that nobody foresaw takes its place in order', () => {
  const { view, stdout } = progress({ isTTY: true });
  view.phase('read');
  view.phase('check');
  const last = stdout().split('\x1b[J').at(-1);
  view.finish();
  expect(last).toBe('✓ read 0.0s  ▸ check 0.0s  · write');
});

test('a phase that begins anew has those after it still to come', () => {
  const { view, stdout, pass } = progress({ isTTY: true });
  view.phase('read');
  view.phase('write');
  pass(3000);
  view.phase('read');
  const last = stdout().split('\x1b[J').at(-1);
  view.finish();
  expect(last).toBe('▸ read 0.0s  · write');
});

test('an ETA is counted down between two updates, and gone when it did not hold', () => {
  const { view, stdout, pass } = progress({ isTTY: true });
  const last = () => stdout().split('\x1b[J').at(-1);
  view.phase('read', { facts: ['10 left'], etaMs: 60_900 });
  expect(last()).toBe('▸ read 0.0s  · write\n10 left  ETA 1m 00s');
  pass(20_000);
  view.note('a note');
  expect(last()).toBe('a note\n▸ read 20.0s  · write\n10 left  ETA 40.0s');
  pass(50_000);
  view.note('a note');
  expect(last()).toBe('a note\n▸ read 1m 10s  · write\n10 left');
  view.finish();
});

test('without a terminal: a phase begins with what is known of it', () => {
  const { view, stdout } = progress();
  view.phase('read', { share: 0.5, facts: ['10 left'], etaMs: 60_000 });
  expect(stdout()).toBe('read: 50%, 10 left, ETA 1m 00s\n');
});

test('colours only where they are wanted', () => {
  const plain = progress({ isTTY: true });
  plain.view.phase('read');
  plain.view.finish();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour sequences are looked for.
  const colors = /\x1b\[\d+m/;
  expect(plain.stdout()).not.toMatch(colors);
  const colored = progress({ isTTY: true, color: true });
  colored.view.phase('read');
  colored.view.finish();
  expect(colored.stdout()).toMatch(colors);
});

const start: Progress = {
  listedFiles: 10,
  listedBytes: 10 * 1024 * 1024,
  isListed: false,
  doneFiles: 5,
  transferredFiles: 5,
  receivedBytes: 5 * 1024 * 1024,
  doneBytes: 5 * 1024 * 1024,
  failed: 1,
  retries: 2,
  elapsedMs: 5000,
};

function lastView(...events: readonly PullEventBody[]): string {
  const { context, stderr } = fakeContext({ isTTY: true });
  const renderer = renderPull(context.stderr, { color: false });
  for (const event of events) renderer.report({ time: '2026-11-24T09:00:00Z', ...event } as PullEvent);
  const last = stderr().split('\x1b[J').at(-1) ?? '';
  renderer.finish();
  return last;
}

test('a pull shows rate, ETA, files, retries, failures and connections', () => {
  const seen: readonly PullEventBody[] = [
    { type: 'state', state: 'TRANSFERRING' },
    { type: 'connections', change: 'opened', connections: 3 },
  ];
  const listing = lastView(...seen, { type: 'progress', ...start });
  for (const fact of [
    ' 50%',
    '5 of 10 files',
    '5.0 MiB of 10.0 MiB',
    '1.0 MiB/s',
    'ETA over 5.0s',
    'still listing',
    '3 connections',
    '2 retries',
    '1 failed',
  ])
    expect(listing).toContain(fact);
  const listed = lastView(...seen, { type: 'progress', ...start, isListed: true });
  expect(listed).toContain('ETA 5.0s');
  expect(listed).not.toContain('still listing');
});

test("a server's words reach the terminal as text, in what failed and in why the run waits", () => {
  const { context, stderr } = fakeContext();
  const renderer = renderPull(context.stderr, { color: false });
  const outcome = {
    kind: 'failed',
    path: 'a',
    code: 'SFTP_FAILURE',
    reason: 'open: failure (\x1b]0;owned\x07)',
  } as const;
  renderer.report({ time: '2026-11-24T09:00:00Z', type: 'entry', outcome });
  renderer.note('login: failure (\x1b[2J): systemd tries again');
  expect(stderr()).toBe(
    'failed a: open: failure (\\u001b]0;owned\\u0007)\nlogin: failure (\\u001b[2J): systemd tries again\n',
  );
});

test('a pull tells no ETA where all that is listed is there and more may come, nor where nothing has come for long', () => {
  const all = { ...start, doneBytes: start.listedBytes };
  expect(lastView({ type: 'progress', ...all })).toContain('ETA -  still listing');
  expect(lastView({ type: 'progress', ...all, isListed: true })).toContain('ETA 0.0s');
  const progressAt = (seconds: number): PullEventBody => ({
    type: 'progress',
    ...start,
    isListed: true,
    elapsedMs: seconds * 1000,
  });
  const seconds = Array.from({ length: 30 }, (_, index) => progressAt(5 + index));
  expect(lastView(...seconds)).toMatch(/ETA [\d]/);
  expect(lastView(...seconds, progressAt(35))).toContain('ETA -');
});

test('the rate follows the last seconds, begins with the mean, and begins anew with a new run', () => {
  const rate = new RecentRate();
  rate.observe(10_000, 10_000);
  expect(rate.perSecond).toBeCloseTo(1000);
  for (let second = 11; second <= 70; second += 1) rate.observe(10_000, second * 1000);
  expect(rate.perSecond).toBeLessThan(10);
  rate.observe(500, 1000);
  expect(rate.perSecond).toBeCloseTo(500);
});

test('a first look before anything moved does not weigh on the rate for seconds', () => {
  const rate = new RecentRate();
  rate.observe(0, 1);
  for (let second = 1; second <= 3; second += 1) rate.observe(1000 * second, 1000 * second);
  expect(rate.perSecond).toBeCloseTo(1000, -1);
});

test('what comes at one moment of the clock is counted with the next', () => {
  const [together, apart] = [new RecentRate(), new RecentRate()];
  for (const rate of [together, apart]) rate.observe(100, 1000);
  apart.observe(400, 1000);
  for (const rate of [together, apart]) rate.observe(1100, 2000);
  expect(apart.perSecond).toBeCloseTo(together.perSecond);
  expect(apart.perSecond).toBeGreaterThan(100);
});

test('at the recent rate: what remains takes so long; where nothing moves nobody knows', () => {
  const rate = new RecentRate();
  expect(rate.etaMs(10)).toBeUndefined();
  rate.observe(100, 1000);
  expect(rate.etaMs(50)).toBeCloseTo(500);
  for (let second = 2; second <= 300; second += 1) rate.observe(100, second * 1000);
  expect(rate.etaMs(50)).toBeUndefined();
});
