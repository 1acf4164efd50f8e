import { unmatchedLines } from '../../../../scripts/render/unmatched-includes';

const patterns = (count: number) => Array.from({ length: count }, (_, index) => `/${index}`);

test.each([
  [0, undefined],
  [10, '  warning: include /9 matched nothing at the source'],
  [11, '  warning: and 1 more include'],
  [12, '  warning: and 2 more includes'],
])('%i patterns: ten are named, the rest counted', (count, last) => {
  const lines = unmatchedLines(patterns(count));
  expect(lines).toHaveLength(Math.min(count, 11));
  expect(lines.at(-1)).toBe(last);
});
