/** Files that a limit of bytes leaves in every run: "left for the next run" alone would promise them. */
import { formatCount } from '../../provision/core/units';
import type { Left } from '../../provision/pull/record/tally';

/** Empty where there are none. */
export function tooLargeLines({ tooLarge }: Pick<Left, 'tooLarge'>): string[] {
  return tooLarge === undefined ? [] : [`  ${tooLargeText(tooLarge)}`];
}

/** For the page too. */
export function tooLargeText(files: number): string {
  const [are, them] = files === 1 ? ['is', 'it'] : ['are', 'them'];
  return `${formatCount(files)} of these files ${are} larger than the limit of bytes alone: no run takes ${them} until the limit is raised`;
}
