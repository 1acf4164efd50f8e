import { describeWrong, validSections, type Wrong } from '../../helpers/config-text';

const yaml = (why: string, given: string, message: RegExp, fix: RegExp): Wrong => ({
  why,
  given: { tags: given },
  path: '',
  message,
  fix,
});

describeWrong('what YAML itself refuses', [
  {
    why: 'a tab in the indentation, and what is misread below it',
    given: { source: validSections.source.replace('  username', '»\tusername') },
    path: '',
    message: /tab in the indentation/,
    fix: /spaces/,
  },
  yaml('a tab in the indentation', 'tags:\n»\tteam: x', /tab in the indentation/, /spaces/),
  yaml('a quote left open', 'tags: { team: »"x }', /missing/, /close/),
  yaml('a bracket left open', 'tags: »[a, b', /this \[ is not closed/, /add the \]/),
  yaml(
    'a brace left open, over several lines',
    'tags:\n  team: »{ a: b,\n    c: d',
    /this \{ is not closed/,
    /add the \}/,
  ),
  yaml('an indentation that is wrong behind a bracket', 'tags:\n  a: [x]\n» b: y', /wrong indentation/, /alike/),
  yaml('a reserved character', 'tags: { team: »@x }', /cannot start with this character/, /quotes/),
  yaml('two keys on one line', 'tags: »team: x', /two keys on one line/, /line of its own/),
  yaml('lines of one mapping indented differently', 'tags:\n  a: x\n» b: y', /wrong indentation/, /alike/),
  yaml(
    'a line indented too far',
    'tags:\n  a: x\n   »b: y',
    /indented deeper than the line above/,
    /as the other lines/,
  ),
  yaml(
    'a line indented too far, with line ends of Windows',
    'tags:\r\n  a: x\r\n   »b: y\r',
    /indented deeper than the line above/,
    /as the other lines/,
  ),
  yaml('an item indented less than its list', 'tags:\n    - a: x\n»   - b', /wrong indentation/, /alike/),
  yaml('a colon without a space', 'tags:\n  »a:x\n  b: y', /without a colon and a space/, /key: value/),
  yaml(
    'a colon without a space in the last line',
    'tags:\n  b: y\n  »a:x',
    /without a colon and a space/,
    /key: value/,
  ),
  yaml('a colon without a space in braces', 'tags: { »a:x, b: y }', /without a colon and a space/, /key: value/),
  yaml('a no-break space behind a colon', 'tags:\n  a:»\u00a0x\n  b: y', /none in YAML \(U\+00A0\)/, /plain space/),
  yaml(
    'brackets in a value',
    'tags: { a: [»10.20.0.[1-9]@tcp] }',
    /missing/,
    /has brackets or braces itself goes in quotes/,
  ),
  yaml('a set, whose members would be lost', 'tags: »!!set { a, b }', /unknown tag/, /starts with !/),
  yaml('an alias to nothing', 'tags: { team: »*x }', /anchor that is not above/, /quotes/),
  yaml('an unknown tag', 'tags: { team: »!secret x }', /unknown tag/, /starts with !/),
  yaml('a key that is a list', 'tags: { »[a]: x }', /no string/, /quotes/),
  {
    why: 'a key given twice, of which the rest is still checked',
    given: { tags: 'tags:\n  team: x\n  »team: y' },
    path: 'tags.team',
    message: /"team" is given twice/,
    fix: /keep one/,
  },
  {
    why: 'a key given twice in a list',
    given: { buckets: 'buckets: [{ name: example-market-data, »name: example-market-data }]' },
    path: 'buckets[0].name',
    message: /"name" is given twice/,
    fix: /keep one/,
  },
]);
