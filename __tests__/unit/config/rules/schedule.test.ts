import { describeRight, describeWrong, host, pull, validSections } from '../../../helpers/config-text';

describeWrong('schedules', [
  {
    why: 'a time that is none',
    given: pull('schedule: { onCalendar: »"25:00" }'),
    path: 'pull.schedule.onCalendar',
    message: /"25:00" is no calendar expression: "25" is no hour/,
    fix: /Mon..Fri 06:30/,
  },
  {
    why: 'a time zone that is none',
    given: pull('schedule: { onCalendar: daily, timeZone: »New York }'),
    path: 'pull.schedule.timeZone',
    message: /"New York" is no time zone/,
    fix: /America\/New_York/,
  },
  {
    why: 'a time zone that Amazon Linux 2 does not know',
    given: {
      ...pull('schedule: { onCalendar: daily, timeZone: »America/New_York }'),
      ...host('os: amazon-linux-2', 'lustreClient: lustre'),
    },
    path: 'pull.schedule.timeZone',
    message: /systemd \(219\) knows no time zones/,
    fix: /^use UTC, or host.os amazon-linux-2023$/,
    today: '2026-01-01',
  },
  {
    why: 'a credential that a timer cannot hand over',
    given: {
      ...pull('schedule: { onCalendar: daily }'),
      source: validSections.source.replace(/privateKey: .*/, 'password: »{ stdin: true }'),
    },
    path: 'source.credentials.password',
    message: /gone after a reboot/,
    fix: /secretsManager/,
    severity: 'warning',
  },
]);

describeRight('schedules', [
  ['a time zone of a newer system', pull('schedule: { onCalendar: "Mon..Fri 06:30", timeZone: Europe/Berlin }')],
  ['limits of memory and CPU', pull('resources: { memoryMiB: 1024, cpuPercent: 200, cpuWeight: 20 }')],
  [
    'a credential handed over at a start',
    { source: validSections.source.replace(/privateKey: .*/, 'password: { stdin: true }') },
  ],
]);
