import type { PlayEvent } from '../../../../provision/events';
import { renderPlay } from '../../../../scripts/render/play';
import { showPlay } from '../../../../scripts/render/play-progress';
import { fakeContext } from '../../../helpers/fake-context';

const events: readonly PlayEvent[] = [
  { type: 'play-started', host: 'host-1', mode: 'apply', tasks: 2 },
  { type: 'task-started', host: 'host-1', role: 'agent', task: 'directory /opt/sluice' },
  { type: 'task-ended', host: 'host-1', role: 'agent', task: 'directory /opt/sluice', status: 'ok', changes: [] },
  { type: 'task-started', host: 'host-1', role: 'agent', task: 'Node.js' },
];

function shown(isTTY: boolean) {
  const { context, stdout, stderr } = fakeContext({ isTTY });
  const lines = (write: (text: string) => void) => renderPlay(write, { diff: false, color: false, hosts: ['host-1'] });
  const play = showPlay(context, { color: false, lines });
  events.forEach(play.report);
  const before = stderr();
  play.finish();
  return { stdout: stdout(), view: before.split('\x1b[J').at(-1), after: stderr() };
}

test('on a terminal what is under way stands beneath the lines, and goes at the end', () => {
  const { stdout, view, after } = shown(true);
  expect(stdout).toContain('ok          agent: directory /opt/sluice\n');
  expect(view).toMatch(/^▸ apply 0.0s\n█{12}░{12} {2}50% {2}1 of 2 tasks {2}host-1 {2}agent: Node.js$/);
  expect(after.endsWith('\x1b[J')).toBe(true);
});

test('elsewhere there are the lines alone', () => {
  expect(shown(false)).toMatchObject({ stdout: expect.stringContaining('agent: directory'), view: '', after: '' });
});
