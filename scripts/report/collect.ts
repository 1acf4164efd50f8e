/** Gathers runs into what the page shows: the newest in full, older ones compared once the page's room is spent. */
import { basename } from 'node:path';
import type { Prices } from '../plan-review/prices';
import type { ReportData, ReportedRun } from './report-data';
import { detailRun, summarizeRun } from './reported-run';

/** Runs told in full on one page, newest first. */
const mostDetailed = 12;
/** Characters and directories of all runs together: together a page stays far below 5 MB. */
const entryText = 1_200_000;
const directories = 4_000;

export interface CollectOptions {
  readonly prices: Prices;
  readonly now: Date;
  readonly version: string;
  /** Told as each run is read: a long one takes a few seconds. */
  readonly onRun?: (message: string) => void;
}

/** @param folders Of runs, newest first; at least one. */
export async function collectReport(folders: readonly string[], options: CollectOptions): Promise<ReportData> {
  const { prices } = options;
  const share = Math.min(folders.length, mostDetailed);
  const limits = { entryText: entryText / share, directories: Math.floor(directories / share) };
  const runs: ReportedRun[] = [];
  for (const [index, folder] of folders.entries()) {
    options.onRun?.(`reading ${basename(folder)}`);
    const isDetailed = index < mostDetailed;
    runs.push(isDetailed ? await detailRun(folder, { limits, prices }) : { summary: await summarizeRun(folder) });
  }
  return { version: 1, generatedAt: options.now.toISOString(), sluice: options.version, runs };
}
