import fc from 'fast-check';
import { NameSet } from '../../../provision/pull/source/name-set';

test('has what was added and nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.array(fc.string()), (added, others) => {
      const names = new NameSet(added);
      const expected = new Set(added);
      for (const name of [...added, ...others]) expect(names.has(name)).toBe(expected.has(name));
    }),
  );
});

test('tells a hundred thousand names that differ by little from as many others', () => {
  const names = new NameSet(Array.from({ length: 100_000 }, (_, index) => `file-${index}`));
  const known = (prefix: string) =>
    Array.from({ length: 100_000 }, (_, index) => `${prefix}-${index}`).filter((name) => names.has(name)).length;
  expect([known('file'), known('File')]).toEqual([100_000, 0]);
});
