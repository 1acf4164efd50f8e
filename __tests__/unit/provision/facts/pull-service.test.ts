/** How the pull stands with systemd, on what systemctl prints at every moment of a run's life. */
import { pullService } from '../../../../provision/facts/pull-service';

const fact = pullService({
  service: 'sluice-pull.service',
  resume: 'sluice-pull-resume.service',
  timer: 'sluice-pull.timer',
  unfinishedMark: '/var/lib/sluice/unfinished',
});

const unit = (active: string, sub: string, job = '0') =>
  `Job=${job}\nLoadState=loaded\nActiveState=${active}\nSubState=${sub}\n`;
const ended = unit('inactive', 'dead');

interface Printed {
  readonly mark?: 'yes';
  readonly system?: string;
  readonly resume?: string;
  readonly service?: string;
  readonly timers?: string;
}

function parse({ mark, system = 'running', resume = ended, service = ended, timers = '' }: Printed) {
  const stdout = `mark\n${mark === undefined ? '' : `${mark}\n`}system\n${system === '' ? '' : `${system}\n`}resume\n${resume}service\n${service}timers\n${timers}`;
  return fact.parse({ exitCode: 0, stdout: Buffer.from(stdout), stderr: '' });
}

test.each<[string, Printed, string]>([
  ['under way', { mark: 'yes', service: unit('active', 'running') }, 'running'],
  ['on its way out', { service: unit('deactivating', 'stop-sigterm') }, 'running'],
  ['killed, before its next try', { mark: 'yes', service: unit('activating', 'auto-restart') }, 'waiting'],
  ['at the moment of its next try', { mark: 'yes', service: unit('inactive', 'dead', '1204') }, 'running'],
  ['over', {}, 'idle'],
  ['over, the host not in its best health', { system: 'degraded' }, 'idle'],
  ['failed', { service: unit('failed', 'failed') }, 'failed'],
  ['ended by a shutdown that goes on', { mark: 'yes', system: 'stopping' }, 'resuming'],
  ['over, in a shutdown', { system: 'stopping' }, 'idle'],
  ['ended by a shutdown that is almost done', { mark: 'yes', system: '', resume: '', service: '' }, 'resuming'],
  ['before its boot gets to it', { mark: 'yes', system: 'starting' }, 'resuming'],
  ['about to be started after a boot', { mark: 'yes', resume: unit('active', 'running') }, 'resuming'],
  ['marked, and nobody to start it', { mark: 'yes' }, 'idle'],
  ['never there', { service: 'Job=0\nLoadState=not-found\nActiveState=inactive\nSubState=dead\n' }, 'absent'],
  ['never there, without systemd', { system: '', resume: '', service: '' }, 'absent'],
])('a run %s', (_what, printed, state) => {
  expect(parse(printed)).toMatchObject({ state, isUnfinished: printed.mark === 'yes' });
});

test('when the schedule starts the next one', () => {
  const timers = 'Fri 2027-01-01 00:00:00 UTC 5 weeks left n/a n/a sluice-pull.timer sluice-pull.service\n';
  expect(parse({ timers }).nextRun).toBe('Fri 2027-01-01 00:00:00 UTC');
  expect(parse({ timers: 'n/a n/a n/a n/a sluice-pull.timer sluice-pull.service\n' }).nextRun).toBeNull();
});
