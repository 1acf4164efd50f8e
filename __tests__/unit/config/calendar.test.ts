import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { parseCalendar } from '../../../config/calendar';
import { describeWith, program } from '../../helpers/needs';

test.each([
  ['Mon..Fri 06:30', 'Mon,Tue,Wed,Thu,Fri *-*-* 06:30:00'],
  ['sat,Sunday *-*-* 4:05', 'Sat,Sun *-*-* 04:05:00'],
  ['*:0/15', '*-*-* *:00,15,30,45:00'],
  ['8..17/3:00', '*-*-* 08,11,14,17:00:00'],
  ['*-*-01 02:00', '*-*-01 02:00:00'],
  ['12-24', '*-12-24 00:00:00'],
  ['Mon', 'Mon *-*-* 00:00:00'],
  ['daily', '*-*-* 00:00:00'],
])('%s is written out as %s', (given, onCalendar) => {
  expect(parseCalendar(given)).toEqual({ onCalendar });
});

test.each([
  ['', /it is empty/],
  ['6 o clock', /"6" is neither weekdays .* in this order/],
  ['06:30 Mon', /"Mon" is neither/],
  ['Fri..Mon 06:30', /"Fri..Mon" is no range of weekdays/],
  ['Mon..Tue..Wed 06:30', /"Mon..Tue..Wed" is no range of weekdays/],
  ['Mo 06:30', /"Mo" is no weekday/],
  ['25:00', /"25" is no hour: they go from 0 to 23/],
  ['06:5..1', /"5..1" is no minute/],
  ['06:0/0', /"0\/0" is no minute/],
  ['06:30:00.5', /"00.5" is no second/],
  ['*-02-30', /no month meant has a day 30/],
  ['2026-01-01', /a schedule has no year/],
  ['*-13-01', /"13" is no month/],
  ['Mon -', /"" is no month/],
  ['constructor', /"constructor" is no weekday/],
  ['__proto__', /"__proto__" is neither weekdays/],
])('%j is refused: %s', (given, problem) => {
  expect(parseCalendar(given)).toEqual({ problem: expect.stringMatching(problem) });
});

const number = (least: number, most: number) =>
  fc.oneof(
    fc.constant('*'),
    fc.uniqueArray(fc.integer({ min: least, max: most }), { minLength: 1, maxLength: 4 }).map((all) => all.join(',')),
    fc
      .tuple(
        fc.integer({ min: least, max: most }),
        fc.integer({ min: least, max: most }),
        fc.integer({ min: 1, max: 9 }),
      )
      .map(([a, b, step]) => `${Math.min(a, b)}..${Math.max(a, b)}/${step}`),
  );
const days = fc.constantFrom('', 'Mon ', 'Tue..Sat ', 'Mon,Wed..Fri ');

describeWith([program('systemd-analyze')], 'beside systemd', () => {
  test('what is accepted means the same to systemd before and after it is written out', () => {
    const expressions = fc.tuple(days, number(1, 12), number(1, 28), number(0, 23), number(0, 59));
    const given = fc
      .sample(expressions, 60)
      .map(([weekdays, month, day, hour, minute]) => `${weekdays}${month}-${day} ${hour}:${minute}`);
    const written = given.map((text) => {
      const calendar = parseCalendar(text);
      if ('problem' in calendar) throw new Error(`${text}: ${calendar.problem}`);
      return calendar.onCalendar;
    });
    expect(elapses(written)).toEqual(elapses(given));
  });
});

/** The next three times of each. */
function elapses(expressions: readonly string[]): readonly string[] {
  const output = execFileSync(
    'systemd-analyze',
    ['calendar', '--base-time=2026-01-01 00:00:00 UTC', '--iterations=3', ...expressions],
    { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } },
  );
  return output.split('\n').filter((line) => /^ *(?:Next elapse|Iteration #\d+):/.test(line));
}
