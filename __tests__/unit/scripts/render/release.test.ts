import { Tally } from '../../../../scripts/export-proof/tally';
import { releaseLines, renderRelease } from '../../../../scripts/render/release';
import { fakeContext } from '../../../helpers/fake-context';

const nothing = new Tally().totals();

/** Half of one association, by a clock that the test moves; then its result and the next one. */
function shown({ isTTY, isCheck }: { readonly isTTY: boolean; readonly isCheck: boolean }) {
  const { context, stdout, stderr } = fakeContext({ isTTY });
  let nowMs = 0;
  const renderer = renderRelease(context.stderr, { color: false, isCheck, clock: () => nowMs });
  renderer.connecting();
  const report = renderer.association('/nasdaq', { expectedFiles: 2000 });
  nowMs += 10_000;
  report({
    totals: { ...nothing, fileSystem: { files: 1000, bytes: 1 }, proven: { files: 990, bytes: 1 } },
    asked: { files: 900, bytes: 3 * 1024 * 1024 },
  });
  const view = stderr().split('\x1b[J').at(-1);
  renderer.write(context.stdout, '/nasdaq: freed\n');
  renderer.association('/reference', { expectedFiles: undefined });
  const next = stderr().split('\x1b[J').at(-1);
  renderer.finish();
  return { view, next, stdout: stdout(), stderr: stderr() };
}

test('on a terminal: an association is a phase; proven, asked for, how far', () => {
  const { view, next, stdout } = shown({ isTTY: true, isCheck: false });
  expect(view).toMatch(/^✓ connect 0.0s {2}▸ \/nasdaq 10.0s\n█{12}░{12} {2}50% {2}1,000 of about 2,000 files/);
  for (const fact of ['100 files/s', '990 proven', 'asked to free 900 files, 3.0 MiB', 'ETA 10.0s'])
    expect(view).toContain(fact);
  expect(next).toBe('✓ connect 0.0s  ✓ /nasdaq 10.0s  ▸ /reference 0.0s');
  expect(stdout).toBe('/nasdaq: freed\n');
});

test('elsewhere: lines; a check frees nothing and says so', () => {
  const { stdout, stderr } = shown({ isTTY: false, isCheck: true });
  expect(stderr.split('\n')).toEqual([
    'connect',
    '/nasdaq',
    expect.stringMatching(/^\/nasdaq: 50%, 1,000 of about 2,000 files, .*, would free 900 files, 3.0 MiB, ETA 10.0s$/),
    '/reference',
    '',
  ]);
  expect(stdout).toBe('/nasdaq: freed\n');
});

test('what became of an association: freed, kept and why, how many more', () => {
  const examples = [{ path: 'a\n', reason: 'it is gone' }];
  const counts = { files: 1234, bytes: 2048, refused: 3, notProven: 0, examples };
  expect(releaseLines('/nasdaq', counts, { isCheck: false })).toBe(
    '/nasdaq: freed 1,234 files, 2.0 KiB\n  kept a\\n: it is gone\n  and 2 more kept\n',
  );
  expect(releaseLines('/nasdaq', { ...counts, refused: 0, examples: [] }, { isCheck: true })).toBe(
    '/nasdaq: would free 1,234 files, 2.0 KiB\n',
  );
  expect(releaseLines('/nasdaq', { ...counts, files: 1, notProven: 1000 }, { isCheck: false })).toBe(
    '/nasdaq: freed 1 file, 2.0 KiB\n  kept a\\n: it is gone\n  and 2 more kept\n  left, since not proven: 1,000 files\n',
  );
});
