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
  const known = resolvedZone(value);
  if (known === undefined)
    return { message: `${show(value)} is no time zone`, fix: 'use an IANA name, such as UTC or America/New_York' };
  if (!isSpelt(value, known))
    return { message: `${show(value)} is no time zone to systemd, which minds capitals`, fix: spelling(value, known) };
  if (host.os === 'ubuntu-24.04' && isLegacy(value))
    return { message: `${show(value)} is not installed on ubuntu-24.04 (tzdata-legacy has it)`, fix: `write ${known}` };
  if (value === 'UTC' || host.os !== 'amazon-linux-2') return undefined;
  // systemd NEWS: time zones in calendar expressions came with 234.
  const fix = 'use UTC, or host.os amazon-linux-2023';
  return { message: `${show(value)} is beyond amazon-linux-2, whose systemd (219) knows no time zones`, fix };
});

/** What the name stands for, capitals or not; some zones by an older name (Asia/Calcutta). Undefined where it is none. */
function resolvedZone(name: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/**
 * In capital and small letters as the file of the zone has them, as far as `known` tells: every part of such a name has a capital, and no
 * name of several parts is all capitals.
 */
function isSpelt(name: string, known: string): boolean {
  if (name.toLowerCase() === known.toLowerCase()) return name === known;
  const isShouted = name.includes('/') && name === name.toUpperCase();
  return !isShouted && name.split('/').every((part) => /^[A-Z]/.test(part));
}

/** An older name that ICU has for it is not installed everywhere. */
function spelling(name: string, known: string): string {
  if (!/^[A-Z]+\//.test(name) || name.toLowerCase() === known.toLowerCase()) return `write ${known}`;
  return `write ${known}, or its name as IANA spells it, such as Asia/Kolkata`;
}

function isLegacy(name: string): boolean {
  return /^(?:US|Canada|Brazil|Chile|Mexico)\//.test(name);
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
