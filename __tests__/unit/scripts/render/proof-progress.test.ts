import type { ProofEvent } from '../../../../scripts/export-proof/events';
import type { Finding } from '../../../../scripts/export-proof/judge';
import { Tally, type Totals } from '../../../../scripts/export-proof/tally';
import { type ProofRenderer, renderProof } from '../../../../scripts/render/proof-progress';
import { fakeContext } from '../../../helpers/fake-context';

interface Shown {
  readonly renderer: ProofRenderer;
  pass(ms: number): void;
  /** What the terminal shows: since the view was last taken away. */
  view(): string | undefined;
  all(): string;
}

/** By a clock that the test moves. */
function shown({ isTTY = true } = {}): Shown {
  const { context, stderr } = fakeContext({ isTTY });
  let nowMs = 0;
  const clock = () => nowMs;
  const renderer = renderProof(context.stderr, { color: false, clock, nudges: true, waits: true });
  renderer.connecting();
  return {
    renderer,
    pass: (ms) => {
      nowMs += ms;
    },
    view: () => stderr().split('\x1b[J').at(-1),
    all: stderr,
  };
}

const nothing = new Tally().totals();

function progress(files: number, { objects = files, missing = 0 } = {}): ProofEvent {
  const totals: Totals = {
    ...nothing,
    fileSystem: { files, bytes: files },
    bucket: { objects, bytes: objects },
    findings: { ...nothing.findings, missing },
  };
  return { type: 'progress', association: '/nasdaq', totals };
}

const finding = { kind: 'missing', path: 'a\x1b.csv', reason: 'it has no object' } as const;
const findingsFile = '.sluice/market-data/findings.ndjson';

test('nobody counted before: what was compared, its rate and the findings; no bar, no ETA', () => {
  const { renderer, pass, view } = shown();
  pass(2000);
  renderer.report({ type: 'comparing', look: 1 });
  pass(10_000);
  renderer.report(progress(3000, { objects: 1, missing: 2999 }));
  expect(view()).toBe(
    '✓ connect 2.0s  ▸ compare 10.0s  · nudge  · wait for export\n3,000 files  1 object  300 files/s  2,999 findings',
  );
  renderer.finish();
});

test('with a count from before: how far, and when it ends, until there are more than that', () => {
  const { renderer, pass, view } = shown();
  renderer.report({ type: 'comparing', look: 1, expectedFiles: 4000 });
  pass(10_000);
  renderer.report(progress(1000));
  const bar = `${'█'.repeat(6)}${'░'.repeat(18)}`;
  const facts = '1,000 of about 4,000 files  1,000 objects  100 files/s  0 findings  ETA 30.0s';
  expect(view()?.split('\n').slice(1).join('  ')).toBe(`${bar}  25%  ${facts}`);
  renderer.report(progress(4001));
  expect(view()).toContain('4,001 files');
  expect(view()).not.toMatch(/ETA|%|about/);
  renderer.finish();
});

test('waiting: what is left, since when, how long by the pace so far; then another look', () => {
  const { renderer, view } = shown();
  renderer.report({ type: 'comparing', look: 1 });
  renderer.report({ type: 'nudging', asked: 512, pending: 1024 });
  expect(view()).toContain('▸ nudge 0.0s');
  expect(view()).toContain(' 50%  512 of 1,024 entries handed to the host');
  renderer.report({ type: 'waiting', pending: 1000, queueAgeSeconds: null });
  expect(view()).toMatch(/▸ wait for export 0.0s\n1,000 entries still to be exported$/);
  renderer.report({ type: 'comparing', look: 2, expectedFiles: 4000 });
  expect(view()).toMatch(/▸ compare 0.0s {2}· nudge {2}· wait for export\nlook 2 {2}about 4,000 files$/);
  renderer.report({ type: 'waiting', pending: 250, queueAgeSeconds: 192, etaMs: 20_000 });
  expect(view()).toMatch(/ 75% {2}250 entries still to be exported {2}the oldest waits 3m 12s {2}ETA 20.0s$/);
  renderer.finish();
});

test('warnings and what waits for a host stay as lines above the view', () => {
  const { renderer, all, view } = shown();
  renderer.note('host-1: waiting: it does not answer');
  renderer.report({ type: 'comparing', look: 1 });
  renderer.report({ type: 'warning', message: 'logs:FilterLogEvents was denied' });
  for (const line of ['host-1: waiting: it does not answer\n', 'warning: logs:FilterLogEvents was denied\n'])
    expect(all()).toContain(`\x1b[J${line}`);
  expect(view()).toContain('▸ compare 0.0s');
  renderer.finish();
  expect(all().endsWith('\x1b[J')).toBe(true);
});

test('findings: at once what waiting does not mend, at the end what the last look found, each once', () => {
  const { renderer, all } = shown({ isTTY: false });
  const pending = { ...finding, path: 'pending.csv', isPending: true } as const;
  const left = { ...finding, path: 'left.csv', isPending: true } as const;
  const look = (found: readonly Finding[]) =>
    renderer.report({ type: 'look', totals: nothing, shown: found, findingsFile });
  const lines = () =>
    all()
      .split('\n')
      .flatMap((line) => /^missing +(\S+):/.exec(line)?.[1] ?? []);
  look([finding, pending, left]);
  expect(lines()).toEqual([]);
  renderer.report({ type: 'waiting', pending: 2, queueAgeSeconds: null });
  expect(lines()).toEqual(['a\\u001b.csv']);
  look([finding, left]);
  renderer.finish();
  renderer.finish();
  expect(lines()).toEqual(['a\\u001b.csv', 'left.csv']);
});

test('without a terminal: a line a phase with what is known of it, one every ten seconds, findings and more of them', () => {
  const { renderer, pass, all } = shown({ isTTY: false });
  renderer.report({ type: 'comparing', look: 1, expectedFiles: 2000 });
  pass(10_000);
  renderer.report(progress(1000, { missing: 1 }));
  renderer.report(progress(2000, { missing: 2 }));
  const totals = { ...nothing, findings: { ...nothing.findings, missing: 2 } };
  const counts = { files: 1, bytes: 1, refused: 1, examples: [{ path: 'b', reason: 'it is gone' }] };
  renderer.report({ type: 'nudged', association: '/nasdaq', counts });
  renderer.report({ type: 'waiting', pending: 1, queueAgeSeconds: 60, etaMs: 90_000 });
  renderer.report({ type: 'comparing', look: 2 });
  renderer.report({ type: 'look', totals, shown: [finding], findingsFile });
  renderer.finish();
  expect(all().split('\n')).toEqual([
    'connect',
    'compare: about 2,000 files',
    'compare: 50%, 1,000 of about 2,000 files, 1,000 objects, 100 files/s, 1 finding, ETA 10.0s',
    'asked FSx to export 1 file of /nasdaq',
    '  refused b: it is gone',
    'wait for export: 1 entry still to be exported, the oldest waits 1m 00s, ETA 1m 30s',
    'compare: look 2',
    'missing        a\\u001b.csv: it has no object',
    `and 1 more: ${findingsFile}`,
    '',
  ]);
});
