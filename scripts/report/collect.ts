/** Gathers runs into what the page shows: the newest in full, older ones compared once the page's room is spent. */
import { basename } from 'node:path';
import type { Proof } from '../export-proof/proof';
import type { Prices } from '../plan-review/prices';
import type { ReportData, ReportedRun } from './report-data';
import { detailRun, summarizeRun } from './reported-run';

/** Runs told in full on one page, newest first. */
const mostDetailed = 12;
/** Of all runs together: whatever the names are made of, a page stays below 5 MB. */
const entryBytes = 1_000_000;
const directories = 3_000;

export interface CollectOptions {
  readonly prices: Prices;
  readonly now: Date;
  readonly version: string;
  /** Of the export of what these runs brought. */
  readonly proof?: Proof | undefined;
  /** Told as each run is read: a long one takes a few seconds. */
  readonly onRun?: (message: string) => void;
}

/** @param folders Of runs, newest first; at least one. */
export async function collectReport(folders: readonly string[], options: CollectOptions): Promise<ReportData> {
  const { prices } = options;
  const share = Math.min(folders.length, mostDetailed);
  const limits = { entryBytes: entryBytes / share, directories: Math.floor(directories / share) };
  const runs: ReportedRun[] = [];
  for (const [index, folder] of folders.entries()) {
    options.onRun?.(`reading ${basename(folder)}`);
    const isDetailed = index < mostDetailed;
    runs.push(isDetailed ? await detailRun(folder, { limits, prices }) : { summary: await summarizeRun(folder) });
  }
  const { now, version, proof } = options;
  return { version: 1, generatedAt: now.toISOString(), sluice: version, runs, ...(proof && { proof }) };
}
