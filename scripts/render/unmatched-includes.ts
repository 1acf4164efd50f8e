/** Includes that matched nothing at the source: no failure, and perhaps a name misspelt. */
import { visible } from '../../provision/core/visible';

const shownPatterns = 10;

export function unmatchedLines(patterns: readonly string[] = []): string[] {
  const lines = patterns
    .slice(0, shownPatterns)
    .map((pattern) => `  warning: include ${visible(pattern)} matched nothing at the source`);
  const more = patterns.length - lines.length;
  return more > 0 ? [...lines, `  warning: and ${more} more ${more === 1 ? 'include' : 'includes'}`] : lines;
}
