/** Patterns with `*` and `?`: what they match, and that no name makes them try for ever. */
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { matchesGlob, parseGlob } from '../../../../provision/core/glob';

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '\n', '*', '?'), maxLength: 8 });
const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '\n', '*'), maxLength: 12 });

test('a pattern matches what the same regular expression does', () => {
  fc.assert(
    fc.property(pattern, text, (glob, name) => {
      const expression = glob.replaceAll(/[*?]/g, (token) => (token === '*' ? '.*' : '.'));
      expect(matchesGlob(parseGlob(glob), name)).toBe(new RegExp(`^${expression}$`, 's').test(name));
    }),
    { numRuns: 1000 },
  );
});

test('what ? may stand for can be narrowed', () => {
  const matches = (name: string) => matchesGlob(parseGlob('a?*'), name, (character) => character !== '*');
  expect(['ab', 'ab*', 'a*', 'a'].filter(matches)).toEqual(['ab', 'ab*']);
});

test('a long name that nearly matches is told at once', () => {
  const work = () => matchesGlob(parseGlob('*_*_*_*_*_*.tmp'), '_'.repeat(4000));
  expect(runInNewContext('work()', { work }, { timeout: 60_000 })).toBe(false);
});
