/** A report while it is made: how far the runs' files are read, by their bytes, then the page. */
import type { Reporter } from '../../provision/core/reporter';
import { formatBytes, formatRate } from '../../provision/core/units';
import type { CollectProgress } from '../report/collect';
import { type ProgressOptions, showProgress } from './progress';
import { RecentRate } from './recent-rate';

const reading = 'read runs';
const writing = 'write the page';

export interface ReportProgress {
  readonly reading: Reporter<CollectProgress>;
  writing(): void;
  /** Takes the view away. May run twice. */
  finish(): void;
}

export function showReport(
  out: NodeJS.WriteStream,
  { color, clock = () => performance.now() }: Omit<ProgressOptions, 'phases'>,
): ReportProgress {
  const view = showProgress(out, { phases: [reading, writing], color, clock });
  const rate = new RecentRate();
  const startedMs = clock();
  return {
    reading({ run, runs, readBytes, totalBytes }) {
      view.phase(reading);
      rate.observe(readBytes, clock() - startedMs);
      view.update({
        share: totalBytes === 0 ? 0 : Math.min(1, readBytes / totalBytes),
        facts: [
          ...(runs === 1 ? [] : [`run ${run} of ${runs}`]),
          `${formatBytes(readBytes)} of ${formatBytes(totalBytes)}`,
          formatRate(rate.perSecond, 1000),
        ],
        etaMs: rate.etaMs(Math.max(0, totalBytes - readBytes)),
      });
    },
    writing: () => view.phase(writing),
    finish: view.finish,
  };
}
