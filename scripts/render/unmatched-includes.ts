/** Includes that matched nothing at the source: no failure, and perhaps a name misspelt. */
import { visible } from '../../provision/core/visible';

export function unmatchedLines(patterns: readonly string[] = []): string[] {
  return patterns.map((pattern) => `  warning: include ${visible(pattern)} matched nothing at the source`);
}
