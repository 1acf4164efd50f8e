import { runInNewContext } from 'node:vm';
import { SluiceError } from '../../../provision/core/errors';
import { compileFilters } from '../../../provision/pull/source/filters';

function takes(includes: string[], excludes: string[]) {
  const filters = compileFilters(includes, excludes);
  return (paths: string[]) => paths.filter((path) => filters.takesFile(path));
}

describe('compileFilters', () => {
  test('without patterns takes everything', () => {
    expect(takes([], [])(['a', 'b/c', '.hidden'])).toEqual(['a', 'b/c', '.hidden']);
  });

  test.each([
    ['a folder at the root', '/reports', ['reports', 'reports/a', 'reports/a/b'], ['reports2', 'x/reports']],
    ['a prefix', '/reports*', ['reports', 'reports2/a', 'reports/x'], ['x/reports', 'report']],
    ['a suffix anywhere', '*.tmp', ['a.tmp', 'x/y/b.tmp', 'd.tmp/inside'], ['a.tmpx', 'atmp']],
    ['a folder at any level', '*/cache', ['cache', 'a/cache', 'a/cache/b'], ['acache', 'a/cachet']],
    ['a star in the middle', '/a*z', ['abz', 'a/b/z', 'az/inside'], ['zaz', 'abzy']],
    ['an escaped star', '/a\\*', ['a*', 'a*/b'], ['ab']],
    ['regular expression characters', '/a.b(c)+[d]$', ['a.b(c)+[d]$'], ['axb(c)+[d]$']],
    ['several at once', '/a|*.b', ['a', 'x.b'], ['c']],
    ['an escaped separator', '/a\\|b', ['a|b'], ['a', 'b']],
    ['names that begin with dots', '/..a|*/.b', ['..a', '..a/c', 'x/.b'], ['a', '.a']],
    ['names with newlines', '*end', ['a\nend'], ['a\nendx']],
    ['a slash at the end', '/a/', ['a', 'a/b'], ['ab']],
    ['an escaped slash at the end', '/a\\/', ['a', 'a/b'], ['ab']],
  ])('exclude: %s', (_what, pattern, excluded, taken) => {
    expect(takes([], [pattern])([...excluded, ...taken])).toEqual(taken);
  });

  test('include takes the folder and all beneath, and what a final star matches', () => {
    const paths = ['a', 'a/b', 'ab', 'c1/x', 'c2', 'd'];
    expect(takes(['/a', '/c*'], [])(paths)).toEqual(['a', 'a/b', 'c1/x', 'c2']);
  });

  test('a name made to be tried in every way is told at once', () => {
    const work = () => takes([], ['*_*_*_*.tmp'])(['_'.repeat(4000)]);
    expect(runInNewContext('work()', { work }, { timeout: 60_000 })).toEqual(['_'.repeat(4000)]);
  });

  test('an exclude wins over an include', () => {
    expect(takes(['/a'], ['*.tmp'])(['a/x', 'a/x.tmp'])).toEqual(['a/x']);
  });

  test('an include matched nothing where none of what was seen is it, nor what is excluded may hold it', () => {
    const filters = compileFilters(['/a/b', '/c', '/d*', '/typo', '/typo'], ['/a']);
    for (const path of ['a', 'c', 'c/x', 'dx', 'ty']) filters.sees(path);
    expect(filters.unmatchedIncludes()).toEqual(['/typo']);
  });

  test('directories on the way to an include are walked, others are not', () => {
    const filters = compileFilters(['/a/b/c*'], ['/a/b/cx']);
    const walked = ['a', 'a/b', 'a/b/c', 'a/b/cx', 'a/x', 'ab', 'z'].filter(filters.takesDirectory);
    expect(walked).toEqual(['a', 'a/b', 'a/b/c']);
  });

  test.each([
    [['a*'], [], /an include starts with "\/"/],
    [['/a*b'], [], /"\*" only at its end/],
    [[], ['tmp'], /an exclude starts with/],
    [[], [''], /it is empty/],
    [[], ['/a//b'], /"\/a\/\/b" cannot be used: no path has a "\/\/" in it/],
    [[], ['//a'], /no path has/],
    [[], ['/a//'], /no path has/],
    [[], ['*/../b'], /a name that is "\." or "\.\."/],
    [['/a/./b'], [], /no path has/],
    [['/a/..'], [], /no path has/],
  ])('refuses %j / %j', (includes, excludes, message) => {
    expect(() => compileFilters(includes, excludes)).toThrow(message);
    expect(() => compileFilters(includes, excludes)).toThrow(expect.any(SluiceError));
  });
});
