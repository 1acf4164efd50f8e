/**
 * Calendar expressions: the part of systemd's `OnCalendar=` (systemd.time(7), "Calendar Events") that every supported system
 * understands once it is written out: `[weekdays] [month-day] [hours:minutes[:seconds]]`, or hourly, daily, weekly, monthly.
 *
 * Amazon Linux 2's systemd 219 knows neither `..` between numbers nor time zones, so an expression is written out as lists.
 */
import { oneOf } from './nearest';

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

const shorthands: ReadonlyMap<string, string> = new Map([
  ['hourly', '*-*-* *:00:00'],
  ['daily', '*-*-* 00:00:00'],
  ['weekly', 'Mon *-*-* 00:00:00'],
  ['monthly', '*-*-01 00:00:00'],
]);

const longestMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** What systemd is given, or what is wrong with the expression. */
export type Calendar = { readonly onCalendar: string } | { readonly problem: string };

export function parseCalendar(text: string): Calendar {
  const words = text.trim().split(/\s+/);
  const shorthand = words.length === 1 ? shorthands.get(text.trim()) : undefined;
  if (shorthand !== undefined) return { onCalendar: shorthand };
  try {
    return { onCalendar: writeOut(words) };
  } catch (error) {
    if (error instanceof NotACalendar) return { problem: error.message };
    throw error;
  }
}

class NotACalendar extends Error {}

function writeOut(words: readonly string[]): string {
  const rest = [...words];
  const take = (pattern: RegExp) => (pattern.test(rest[0] ?? '') ? rest.shift() : undefined);
  const days = take(/^[A-Za-z]/);
  const date = take(/-/);
  const time = take(/:/);
  if (rest.length > 0 || words[0] === '') throw new NotACalendar(describeWord(rest[0] ?? ''));
  return [
    ...(days === undefined ? [] : [weekdayList(days)]),
    writeDate(date ?? '*-*-*'),
    writeTime(time ?? '0:0'),
  ].join(' ');
}

function describeWord(word: string): string {
  if (word === '') return 'it is empty';
  return `${JSON.stringify(word)} is neither weekdays (Mon..Fri), a date (*-*-01) nor a time (06:30), in this order`;
}

function weekdayList(word: string): string {
  const indexOf = (name: string) => {
    const index = weekdays.findIndex((day) => isDay(name.toLowerCase(), day));
    if (index === -1) throw new NotACalendar(`${JSON.stringify(name)} is no weekday: use ${oneOf(weekdays)}`);
    return index;
  };
  const chosen = word.split(',').flatMap((item) => {
    const [from = '', to, more] = item.split('..');
    if (to === undefined) return [indexOf(from)];
    if (more !== undefined || indexOf(to) < indexOf(from))
      throw new NotACalendar(`${JSON.stringify(item)} is no range of weekdays, such as Mon..Fri`);
    return numbers(indexOf(from), indexOf(to), 1);
  });
  return sorted(chosen)
    .map((index) => weekdays[index])
    .join(',');
}

const wholeNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

function isDay(name: string, day: (typeof weekdays)[number]): boolean {
  return name === day.toLowerCase() || name === wholeNames[weekdays.indexOf(day)];
}

function writeDate(word: string): string {
  const parts = word.split('-');
  if (parts.length === 3 && parts[0] !== '*')
    throw new NotACalendar(`a schedule has no year: write * in place of ${JSON.stringify(parts[0])}`);
  if (parts.length < 2 || parts.length > 3)
    throw new NotACalendar(`${JSON.stringify(word)} is no date, such as *-*-01 or *-12-24`);
  const [monthText = '', dayText = ''] = parts.slice(-2);
  const months = values(monthText, { what: 'month', least: 1, most: 12 });
  const days = values(dayText, { what: 'day', least: 1, most: 31 });
  const longest = Math.max(...(months ?? numbers(1, 12, 1)).map((month) => longestMonth[month - 1] ?? 0));
  if (days !== undefined && Math.min(...days) > longest) throw new NotACalendar(`no month meant has a day ${dayText}`);
  return `*-${listed(months)}-${listed(days)}`;
}

function writeTime(word: string): string {
  const parts = word.split(':');
  if (parts.length < 2 || parts.length > 3) throw new NotACalendar(`${JSON.stringify(word)} is no time, such as 06:30`);
  const [hours = '', minutes = '', seconds = '0'] = parts;
  return [
    listed(values(hours, { what: 'hour', least: 0, most: 23 })),
    listed(values(minutes, { what: 'minute', least: 0, most: 59 })),
    listed(values(seconds, { what: 'second', least: 0, most: 59 })),
  ].join(':');
}

interface Unit {
  readonly what: string;
  readonly least: number;
  readonly most: number;
}

/** Undefined: every one. */
function values(text: string, unit: Unit): readonly number[] | undefined {
  return text === '*' ? undefined : sorted(text.split(',').flatMap((item) => chain(item, unit)));
}

/** `6`, `8..17`, `0/15`, `8..17/3`. */
function chain(item: string, { what, least, most }: Unit): readonly number[] {
  const match = /^(\d{1,2})(?:\.\.(\d{1,2}))?(?:\/(\d{1,2}))?$/.exec(item);
  if (match === null)
    throw new NotACalendar(`${JSON.stringify(item)} is no ${what}: write a number, 1..5, 0/15, a list of these, or *`);
  const from = Number(match[1]);
  const step = match[3] === undefined ? undefined : Number(match[3]);
  const to = match[2] === undefined ? (step === undefined ? from : most) : Number(match[2]);
  if (from < least || to > most || to < from || step === 0)
    throw new NotACalendar(`${JSON.stringify(item)} is no ${what}: they go from ${least} to ${most}`);
  return numbers(from, to, step ?? 1);
}

function numbers(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

function sorted(items: readonly number[]): number[] {
  return [...new Set(items)].sort((a, b) => a - b);
}

function listed(items: readonly number[] | undefined): string {
  return items === undefined ? '*' : items.map((item) => String(item).padStart(2, '0')).join(',');
}
