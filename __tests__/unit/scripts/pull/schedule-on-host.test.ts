import { ShellConnection } from '../../../../provision/connection/shell-connection';
import { ec2Layout } from '../../../../provision/roles/layout';
import { pullTimer } from '../../../../provision/roles/pull-triggers';
import { outdatedSchedule } from '../../../../scripts/pull/schedule-on-host';
import { configText, host as hostSection, pull, type Sections } from '../../../helpers/config-text';
import { migrationOf } from '../../../helpers/host-plays';

const daily = pull('schedule: { onCalendar: daily }');
const weekly = pull('schedule: { onCalendar: weekly }');

/** What is told where a host has the timer of some sections, and the configuration has others; undefined: it was never provisioned. */
function told(provisioned: Sections | undefined, configured: Sections): Promise<string | undefined> {
  const { host, pull: settings } = migrationOf(configText(provisioned ?? {}));
  const timer = settings.schedule === undefined ? '' : pullTimer(host.os, settings.schedule);
  const run = async () => ({ exitCode: provisioned === undefined ? 1 : 0, stdout: Buffer.from(timer), stderr: '' });
  const connection = new ShellConnection({ host: 'host-1', run, close: async () => undefined }, 'login');
  return outdatedSchedule({ migration: migrationOf(configText(configured)), layout: ec2Layout, connection });
}

test.each([
  ['the same schedule', daily, daily],
  ['none, here and there', {}, {}],
  ['a host that was never provisioned', undefined, daily],
  ['several hosts, of which one has it', {}, { ...daily, ...hostSection('count: 2') }],
])('%s: nothing is said', async (_, provisioned, configured) => {
  expect(await told(provisioned, configured)).toBeUndefined();
});

test.each([
  ['a new one', {}, daily, 'host-1 has no schedule: pull.schedule.onCalendar is "daily" here'],
  ['another one', daily, weekly, 'host-1 pulls by another schedule: pull.schedule.onCalendar is "weekly" here'],
  ['one that was taken out', daily, {}, 'host-1 pulls by a schedule, and the configuration has none'],
])('%s is told', async (_, provisioned, configured, text) => {
  expect(await told(provisioned, configured)).toBe(text);
});
