/** Gathers runs into what the page shows: the newest in full, older ones compared once the page's room is spent. */
import type { SluiceError } from '../../provision/core/errors';
import type { Reporter } from '../../provision/core/reporter';
import type { Proof } from '../export-proof/proof';
import type { Prices } from '../plan-review/prices';
import { readableRuns } from './readable-runs';
import type { ReportData, ReportedRun } from './report-data';
import { bytesToRead, detailRun, summarizeRun } from './reported-run';

/** Runs told in full on one page, newest first. */
const mostDetailed = 12;
/** Runs on one page, with those that are only compared: each has some hundred bytes. */
const mostRuns = 500;
/** Of all runs together: whatever the names are made of, a page stays below 5 MB. */
const entryBytes = 1_000_000;
const directories = 3_000;

/** Told of what is read whenever so much more was. */
const toldBytes = 4 * 1024 * 1024;

export interface CollectProgress {
  /** The one being read, from 1. */
  readonly run: number;
  readonly runs: number;
  readonly readBytes: number;
  /** Of all files that are read, by their sizes before. */
  readonly totalBytes: number;
}

export interface CollectOptions {
  readonly prices: Prices;
  readonly now: Date;
  readonly version: string;
  /** Of the export of what these runs brought. */
  readonly proof?: Proof | undefined;
  readonly reporter?: Reporter<CollectProgress>;
  /** Told of a run that is left out. */
  readonly onUnreadable?: (error: SluiceError) => void;
}

/** @param found Folders of runs, newest first; at least one. @throws SluiceError where none of them can be read. */
export async function collectReport(found: readonly string[], options: CollectOptions): Promise<ReportData> {
  const { prices, now, version, proof } = options;
  const folders = found.slice(0, mostRuns);
  const share = Math.min(folders.length, mostDetailed);
  const limits = { entryBytes: entryBytes / share, directories: Math.floor(directories / share) };
  const whatOf = (index: number) => (index < mostDetailed ? 'details' : 'summary');
  const totalBytes = folders.reduce((sum, folder, index) => sum + bytesToRead(folder, whatOf(index)), 0);
  let run = 0;
  let readBytes = 0;
  let untoldBytes = 0;
  const tell = () => {
    untoldBytes = 0;
    options.reporter?.({ run, runs: folders.length, readBytes, totalBytes });
  };
  const onRead = (bytes: number) => {
    readBytes += bytes;
    untoldBytes += bytes;
    if (untoldBytes >= toldBytes) tell();
  };
  const readRun = async (folder: string): Promise<ReportedRun> => {
    run += 1;
    tell();
    return whatOf(run - 1) === 'details'
      ? detailRun(folder, { limits, prices, onRead })
      : { summary: await summarizeRun(folder, onRead) };
  };
  const runs = await readableRuns(folders, readRun, options.onUnreadable);
  const leftOut = found.length - folders.length;
  return { version: 1, generatedAt: now.toISOString(), sluice: version, runs, leftOut, ...(proof && { proof }) };
}
