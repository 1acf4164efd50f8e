import fc from 'fast-check';
import type { PlayEvent, TaskStatus } from '../../../../provision/events';
import { taskStatuses } from '../../../../provision/events';
import { renderPlay } from '../../../../scripts/render/play';
import { textDiff } from '../../../../scripts/render/text-diff';

function rendered(events: readonly PlayEvent[], diff = false, hosts: readonly string[] = ['host-1']): string {
  let text = '';
  const report = renderPlay(
    (written) => {
      text += written;
    },
    { diff, color: false, hosts },
  );
  for (const event of events) report(event);
  return text;
}

const ended = {
  type: 'task-ended',
  host: 'host-1',
  role: 'agent',
  task: 'file /opt/sluice/agent.js',
} as const;
const change = { path: 'mode', action: 'update', from: '0600', to: '0644' } as const;

test('one line a task, with what would change; from and to with --diff', () => {
  const event: PlayEvent = { ...ended, status: 'pending', changes: [change] };
  expect(rendered([event])).toBe('  pending     agent: file /opt/sluice/agent.js (mode)\n');
  expect(rendered([event], true)).toBe(
    '  pending     agent: file /opt/sluice/agent.js\n              mode: 0600 -> 0644\n',
  );
});

test('text is shown as a diff, a reason with its fix', () => {
  const text: PlayEvent = {
    ...ended,
    status: 'changed',
    changes: [{ path: 'content', action: 'update', from: 'a\nb\n', to: 'a\nc\n' }],
  };
  expect(rendered([text], true)).toContain('content:\n               a\n              -b\n              +c\n');
  const failed: PlayEvent = { ...ended, status: 'failed', changes: [], reason: 'why', fix: 'do this' };
  expect(rendered([failed])).toContain('\n              why\n              fix: do this\n');
});

test('a missing newline at the end is seen, and only there', () => {
  expect(textDiff('a\nb', 'a\nb\n')).toEqual([' a', '-b (no newline at end)', '+b']);
  expect(textDiff('a\nb', 'a\nc')).toEqual([' a', '-b', '+c']);
  expect(textDiff('', 'a\n')).toEqual(['+a']);
});

test('far-apart changes are shown apart, with a few lines around each', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  const changed = lines.map((line, index) => (index === 3 || index === 16 ? `${line}!` : line));
  const shown = textDiff(lines.join('\n'), changed.join('\n'));
  expect(shown).toEqual([
    ...[' line 1', ' line 2', '-line 3', '+line 3!', ' line 4', ' line 5', ' ...'],
    ...[' line 14', ' line 15', '-line 16', '+line 16!', ' line 17', ' line 18', ' ...'],
  ]);
});

test('the recap always says ok and changed, and nothing that is zero besides', () => {
  const counts = Object.fromEntries(taskStatuses.map((status) => [status, 0])) as Record<TaskStatus, number>;
  const recap = { type: 'recap', host: 'h', roundTrips: 1, durationMs: 700, interrupted: false } as const;
  expect(rendered([{ ...recap, counts: { ...counts, failed: 2 } }], false, ['h'])).toBe(
    'h ok=0 changed=0 failed=2  1 round trip, 0.7s\n',
  );
});

test('several hosts take turns: every line names its host, and the recaps come last, in the order of the hosts', () => {
  const counts = Object.fromEntries(taskStatuses.map((status) => [status, 0])) as Record<TaskStatus, number>;
  const recap = { type: 'recap', counts, roundTrips: 2, durationMs: 1_000, interrupted: false } as const;
  const failed: PlayEvent = { ...ended, host: 'host-10', status: 'failed', changes: [], reason: 'why', fix: 'do this' };
  const events: readonly PlayEvent[] = [
    { type: 'play-started', host: 'host-1', mode: 'apply', tasks: 1 },
    { ...recap, host: 'host-10' },
    { ...ended, status: 'ok', changes: [] },
    failed,
    { ...recap, host: 'host-1' },
  ];
  const lines = rendered(events.slice(0, -1), false, ['host-1', 'host-10']).trimEnd().split('\n');
  expect(lines).toHaveLength(5);
  for (const line of lines) expect(line).toMatch(/^host-10? +\| /);
  expect(rendered(events, false, ['host-1', 'host-10'])).toMatch(/\n\nhost-1 {2}ok=0 .*\nhost-10 ok=0 .*\n$/);
});

test('a try that failed is shown with its reason', () => {
  const retried: PlayEvent = { ...ended, type: 'task-retried', attempt: 1, reason: 'the mirror is away' };
  expect(rendered([retried])).toBe(
    '  retry       agent: file /opt/sluice/agent.js (try 2)\n              the mirror is away\n',
  );
});

test('a diff holds every line of both sides, in order', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 }).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, text, (from, to) => {
      const lines = textDiff(from, to);
      const marked = (mark: string) => lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(1));
      const kept = lines.filter((line) => line.startsWith(' ')).map((line) => line.slice(1));
      const count = (list: readonly string[], word: string) => list.filter((each) => each === word).length;
      for (const word of ['a', 'b', 'c'])
        expect(count(to.split('\n'), word) - count(from.split('\n'), word)).toBe(
          count(marked('+'), word) - count(marked('-'), word),
        );
      if (from === to) expect([...marked('+'), ...marked('-'), ...kept]).toEqual([]);
    }),
  );
});
