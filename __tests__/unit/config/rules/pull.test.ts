import { describeRight, describeWrong, pull } from '../../../helpers/config-text';

describeWrong('pulls', [
  {
    why: 'an association that does not exist',
    given: pull('association: »/nasdak'),
    path: 'pull.association',
    message: /not the path of an association/,
    fix: /^use \/nasdaq$/,
  },
  {
    why: 'a transfer mode that does not exist',
    given: pull('transferMode: »CHANGE'),
    path: 'pull.transferMode',
    message: /CHANGED or ALL, not "CHANGE"/,
    fix: /did you mean CHANGED\?/,
  },
  {
    why: 'a verify mode in another case',
    given: pull('verifyMode: »none'),
    path: 'pull.verifyMode',
    message: /not "none"/,
    fix: /did you mean NONE\?/,
  },
  {
    why: 'an include without its slash',
    given: pull('includes: [»reports]'),
    path: 'pull.includes[0]',
    message: /does not start with \//,
    fix: /slash first/,
  },
  {
    why: 'an include by suffix',
    given: pull('includes: [/a, »"*.csv"]'),
    path: 'pull.includes[1]',
    message: /does not start with \//,
    fix: /\/2026\*/,
  },
  {
    why: 'an include with a star inside',
    given: pull('includes: [»"/a*/b"]'),
    path: 'pull.includes[0]',
    message: /\* before its end/,
    fix: /excludes/,
  },
  {
    why: 'an exclude from nowhere',
    given: pull('excludes: [»tmp]'),
    path: 'pull.excludes[0]',
    message: /neither \/ \(source.path\) nor \*/,
    fix: /\*\/name/,
  },
  {
    why: 'an empty pattern',
    given: pull('excludes: [»""]'),
    path: 'pull.excludes[0]',
    message: /empty pattern/,
    fix: /remove/,
  },
  {
    why: 'an empty pattern beside a |',
    given: pull('excludes: [»"*.tmp|"]'),
    path: 'pull.excludes[0]',
    message: /beside a \|/,
    fix: /one pattern an item/,
  },
  {
    why: 'a backslash before an ordinary character',
    given: pull("excludes: [»'*\\.tmp']"),
    path: 'pull.excludes[0]',
    message: /backslash before an ordinary character/,
    fix: /\\\\/,
  },
  {
    why: 'patterns over 102400 characters in all',
    given: pull(`excludes: »["/${'a'.repeat(60_000)}", "/${'b'.repeat(60_000)}"]`),
    path: 'pull.excludes',
    message: /at most 102400/,
    fix: /fewer/,
  },
]);

describeRight('pulls', [
  ['the association by name', pull('association: /nasdaq')],
  ['includes with a star at the end', pull('includes: ["/2026*", "/reports/", "/a|/b*"]')],
  ['excludes of every form', pull('excludes: ["*.tmp", "*/.cache", "/old", "*.a|*.b"]')],
  ['escaped stars, bars and backslashes', pull("includes: ['/a\\*b', '/a\\|b', '/a\\\\']")],
]);
