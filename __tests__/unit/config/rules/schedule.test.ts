import {
  configText,
  describeRight,
  describeWrong,
  host,
  load,
  pull,
  validSections,
} from '../../../helpers/config-text';

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
    why: 'a time zone in letters that systemd does not know it by',
    given: pull('schedule: { onCalendar: daily, timeZone: »america/new_york }'),
    path: 'pull.schedule.timeZone',
    message: /"america\/new_york" is no time zone to systemd/,
    fix: /^write America\/New_York$/,
  },
  {
    why: 'a time zone in capitals',
    given: pull('schedule: { onCalendar: daily, timeZone: »EUROPE/BERLIN }'),
    path: 'pull.schedule.timeZone',
    message: /"EUROPE\/BERLIN" is no time zone to systemd/,
    fix: /^write Europe\/Berlin$/,
  },
  {
    why: 'a time zone in capitals that ICU knows by an older name',
    given: pull('schedule: { onCalendar: daily, timeZone: »ASIA/KOLKATA }'),
    path: 'pull.schedule.timeZone',
    message: /"ASIA\/KOLKATA" is no time zone to systemd/,
    fix: /as IANA spells it, such as Asia\/Kolkata$/,
  },
  {
    why: 'another name of a time zone, in small letters',
    given: pull('schedule: { onCalendar: daily, timeZone: »us/eastern }'),
    path: 'pull.schedule.timeZone',
    message: /"us\/eastern" is no time zone to systemd/,
    fix: /^write America\/New_York$/,
  },
  {
    why: 'a time zone of tzdata-legacy on Ubuntu 24.04',
    given: {
      ...pull('schedule: { onCalendar: daily, timeZone: »US/Eastern }'),
      ...host('os: ubuntu-24.04', 'lustreClient: lustre-client'),
    },
    path: 'pull.schedule.timeZone',
    message: /"US\/Eastern" is not installed on ubuntu-24\.04/,
    fix: /^write America\/New_York$/,
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
  ['a time zone that ICU knows by an older name', pull('schedule: { onCalendar: daily, timeZone: Asia/Kolkata }')],
  ['another name of a time zone', pull('schedule: { onCalendar: daily, timeZone: US/Eastern }')],
  ['limits of memory and CPU', pull('resources: { memoryMiB: 1024, cpuPercent: 200, cpuWeight: 20 }')],
  [
    'a credential handed over at a start',
    { source: validSections.source.replace(/privateKey: .*/, 'password: { stdin: true }') },
  ],
]);

test('UTC, said in words, is known to a system that knows no other time zone', () => {
  const al2 = host('os: amazon-linux-2', 'lustreClient: lustre');
  const sections = { ...pull('schedule: { onCalendar: daily, timeZone: UTC }'), ...al2 };
  expect(load(configText(sections), '2026-01-01').problems).toEqual([]);
});
