/** Files that a limit of bytes leaves in every run: "left for the next run" alone would promise them. */
import { plural } from '../../provision/core/units';
import type { Left } from '../../provision/pull/record/tally';

/** Empty where there are none. */
export function tooLargeLines({ tooLarge }: Pick<Left, 'tooLarge'>): string[] {
  return tooLarge === undefined ? [] : [`  ${tooLargeText(tooLarge)}`];
}

/** For the page too. */
export function tooLargeText(files: number): string {
  const which =
    files === 1 ? 'is larger than the limit of bytes alone' : 'are larger than the limit of bytes alone, each';
  return `${plural(files, 'file')} of these ${which}: no run takes ${files === 1 ? 'it' : 'them'} until the limit is raised`;
}
