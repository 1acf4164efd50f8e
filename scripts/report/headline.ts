/** What became of a run, in one sentence: the page's first line, and what it says where no script may draw it. */
import { formatCount, plural } from '../../provision/core/units';
import type { RunSummary } from './report-data';

export function headline({ state, error, counts, left }: RunSummary): string {
  const there = counts.filesTransferred + counts.filesUnchanged;
  if (state === 'UNFINISHED') return `This run has not ended: ${plural(there, 'file')} so far.`;
  if (error !== undefined) return `Stopped before its end, with ${plural(there, 'file')} there.`;
  if (counts.failed > 0) {
    return `${plural(counts.failed, 'entry', 'entries')} did not arrive; ${plural(there, 'file')} did.`;
  }
  if (left !== undefined) return `Stopped at its limit, with ${plural(there, 'file')} there.`;
  if (there === 0) return 'Nothing to do: there is no file to take over.';
  if (counts.filesTransferred === 0)
    return there === 1
      ? 'Nothing to do: the one file was there already.'
      : `Nothing to do: all ${plural(there, 'file')} were there already.`;
  if (counts.filesUnchanged === 0)
    return there === 1 ? 'The one file arrived.' : `All ${plural(there, 'file')} arrived.`;
  return `All ${plural(there, 'file')} are there, ${formatCount(counts.filesTransferred)} of them new.`;
}
