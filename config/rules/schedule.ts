/** `pull.schedule`: an expression that systemd on the host understands, and a time zone that it knows. */
import { parseCalendar } from '../calendar';
import { show } from '../secrecy';
import { field, type Rule } from './rule';

const onCalendar = field('schedule-calendar', 'pull.schedule.onCalendar', (value) => {
  const calendar = parseCalendar(value);
  if ('onCalendar' in calendar) return undefined;
  const fix = 'write it as Mon..Fri 06:30, *-*-01 02:00, *:0/15, or hourly, daily, weekly, monthly';
  return { message: `${show(value)} is no calendar expression: ${calendar.problem}`, fix };
});

const timeZone = field('schedule-time-zone', 'pull.schedule.timeZone', (value, { host }) => {
  if (!isTimeZone(value))
    return { message: `${show(value)} is no time zone`, fix: 'use an IANA name, such as UTC or America/New_York' };
  if (value === 'UTC' || host.os !== 'amazon-linux-2') return undefined;
  // systemd NEWS: time zones in calendar expressions came with 234.
  const fix = 'use UTC, or host.os amazon-linux-2023';
  return { message: `${show(value)} is beyond amazon-linux-2, whose systemd (219) knows no time zones`, fix };
});

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What is handed over at a start is gone after a reboot, and a timer hands nothing over. */
const unattended: Rule = {
  id: 'schedule-without-credentials',
  *check({ pull, source }) {
    if (pull.schedule === undefined) return;
    for (const kind of ['privateKey', 'passphrase', 'password'] as const) {
      const reference = source.credentials[kind];
      if (reference === undefined || !('stdin' in reference)) continue;
      yield {
        path: ['source', 'credentials', kind],
        severity: 'warning',
        message:
          'is handed over at a start and gone after a reboot: runs of the schedule fail until the next handing over',
        fix: 'use secretsManager or ssmParameter with a schedule',
      };
    }
  },
};

export const scheduleRules: readonly Rule[] = [onCalendar, timeZone, unattended];
