import { showReport } from '../../../../scripts/render/report-progress';
import { fakeContext } from '../../../helpers/fake-context';

const MiB = 1024 * 1024;

/** Two runs, read by a clock that the test moves. */
function shown(isTTY: boolean) {
  const { context, stderr } = fakeContext({ isTTY });
  let nowMs = 0;
  const progress = showReport(context.stderr, { color: false, clock: () => nowMs });
  progress.reading({ run: 1, runs: 2, readBytes: 0, totalBytes: 400 * MiB });
  nowMs += 10_000;
  progress.reading({ run: 2, runs: 2, readBytes: 100 * MiB, totalBytes: 400 * MiB });
  const view = stderr().split('\x1b[J').at(-1);
  progress.writing();
  progress.finish();
  return { view, all: stderr() };
}

test('on a terminal: share, bytes, rate and ETA of what is read', () => {
  const bar = `${'█'.repeat(6)}${'░'.repeat(18)}`;
  expect(shown(true).view).toBe(
    `▸ read runs 10.0s  · write the page\n${bar}  25%  run 2 of 2  100 MiB of 400 MiB  10.0 MiB/s  ETA 30.0s`,
  );
});

test('elsewhere: a line a phase, and one every ten seconds', () => {
  expect(shown(false).all).toBe(
    'read runs\nread runs: 25%, run 2 of 2, 100 MiB of 400 MiB, 10.0 MiB/s, ETA 30.0s\nwrite the page\n',
  );
});

test('one run is not counted; files that grew while they were read are read to their end', () => {
  const { context, stderr } = fakeContext({ isTTY: true });
  const progress = showReport(context.stderr, { color: false, clock: () => 0 });
  progress.reading({ run: 1, runs: 1, readBytes: 3 * MiB, totalBytes: 2 * MiB });
  expect(stderr()).toContain(`${'█'.repeat(24)} 100%  3.0 MiB of 2.0 MiB`);
  progress.finish();
});

test('runs that are fetched first: how many, share, bytes, rate of this fetch and ETA', () => {
  const { context, stderr } = fakeContext({ isTTY: true });
  let nowMs = 0;
  const progress = showReport(context.stderr, { color: false, clock: () => nowMs, isFetched: true });
  progress.fetching({ runs: 3, doneRuns: 0, bytes: 400 * MiB, doneBytes: 100 * MiB, receivedBytes: 0 });
  nowMs += 10_000;
  progress.fetching({ runs: 3, doneRuns: 1, bytes: 400 * MiB, doneBytes: 200 * MiB, receivedBytes: 100 * MiB });
  const facts = `50%  1 of 3 runs  200 MiB of 400 MiB  10.0 MiB/s  ETA 20.0s`;
  expect(stderr().split('\x1b[J').at(-1)).toBe(
    `▸ fetch 10.0s  · read runs  · write the page\n${'█'.repeat(12)}${'░'.repeat(12)}  ${facts}`,
  );
  progress.finish();
});
