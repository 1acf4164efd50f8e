/** A report while it is made: how far the runs are fetched, where they are a host's, and read, by their bytes; then the page. */
import type { Reporter } from '../../provision/core/reporter';
import { formatBytes, formatCount, formatRate } from '../../provision/core/units';
import type { FetchProgress } from '../pull/fetch-runs';
import type { CollectProgress } from '../report/collect';
import { type ProgressOptions, type ProgressView, showProgress } from './progress';
import { RecentRate } from './recent-rate';

const fetching = 'fetch';
const reading = 'read runs';
const writing = 'write the page';

/** Chunks come many times a second; a rate of so few milliseconds would be none. */
const fetchedEveryMs = 500;

export interface ReportProgress {
  readonly fetching: Reporter<FetchProgress>;
  readonly reading: Reporter<CollectProgress>;
  writing(): void;
  /** A line that stays. */
  note(text: string): void;
  /** Takes the view away. May run twice. */
  finish(): void;
}

export interface ReportProgressOptions extends Omit<ProgressOptions, 'phases'> {
  /** The runs are brought from a host before they are read. */
  readonly isFetched?: true;
}

export function showReport(
  out: NodeJS.WriteStream,
  { color, clock = () => performance.now(), isFetched }: ReportProgressOptions,
): ReportProgress {
  const phases = [...(isFetched ? [fetching] : []), reading, writing];
  const view = showProgress(out, { phases, color, clock });
  const rate = new RecentRate();
  let startedMs: number | undefined;
  return {
    fetching: fetchReporter(view, clock),
    reading({ run, runs, readBytes, totalBytes }) {
      view.phase(reading);
      startedMs ??= clock();
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
    note: view.note,
    finish: view.finish,
  };
}

function fetchReporter(view: ProgressView, clock: () => number): Reporter<FetchProgress> {
  const rate = new RecentRate();
  let startedMs: number | undefined;
  let lastMs = 0;
  return ({ runs, doneRuns, bytes, doneBytes, receivedBytes }) => {
    view.phase(fetching);
    const now = clock();
    startedMs ??= lastMs = now;
    if (now - lastMs < fetchedEveryMs) return;
    lastMs = now;
    rate.observe(receivedBytes, now - startedMs);
    view.update({
      share: bytes === 0 ? 1 : doneBytes / bytes,
      facts: [
        ...(runs === 1 ? [] : [`${formatCount(doneRuns)} of ${formatCount(runs)} runs`]),
        `${formatBytes(doneBytes)} of ${formatBytes(bytes)}`,
        formatRate(rate.perSecond, 1000),
      ],
      etaMs: rate.etaMs(bytes - doneBytes),
    });
  };
}
