/** What there is to show of single files: nothing, where none is there yet or where the run's events do not name them. */
import type { ReportedRun } from '../report-data';
import { h } from './dom';

/** Why the run's events do not name all that it counts; undefined where they do. */
export function whyUnnamed({ summary: { counts }, details }: ReportedRun): string | undefined {
  if (details === undefined) return undefined;
  if (!details.hasEvents) return "Not known: this run's events.ndjson is not there.";
  switch (details.settings?.options.logLevel) {
    case 'OFF':
      return 'Not known: with pull.logLevel OFF the events of this run name no files.';
    case 'BASIC':
      return 'Not known: with pull.logLevel BASIC the events of this run name no files but those that failed or were skipped.';
    default:
  }
  // A run that left no report does not tell its log level.
  const isGuess = details.settings === undefined && details.sizes.count === 0 && arrived(counts) > 0;
  return isGuess
    ? 'Not known: with the log level of this run (pull.logLevel BASIC or OFF) its events name no files.'
    : undefined;
}

/** In place of what would be shown of them. */
export function noFiles(run: ReportedRun): HTMLElement {
  const why = whyUnnamed(run) ?? 'Not known: the events of this run name no files.';
  return h('p', {}, arrived(run.summary.counts) === 0 ? 'No file has arrived.' : why);
}

function arrived({ filesTransferred, filesUnchanged }: ReportedRun['summary']['counts']): number {
  return filesTransferred + filesUnchanged;
}
