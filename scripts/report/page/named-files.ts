/** What there is to show of single files: nothing, where none is there yet or where the run's events name none. */
import type { ReportedRun } from '../report-data';
import { h } from './dom';

/** Whether files are there that the events do not name: `pull.logLevel` BASIC or OFF. */
export function areUnnamed({ summary: { counts }, details }: ReportedRun): boolean {
  return details?.sizes.count === 0 && counts.filesTransferred + counts.filesUnchanged > 0;
}

/** In place of what would be shown of them. */
export function noFiles(run: ReportedRun): HTMLElement {
  return h('p', {}, areUnnamed(run) ? unnamed : 'No file has arrived.');
}

export const unnamed =
  'Not known: with the log level of this run (pull.logLevel BASIC or OFF) its events name no files.';
