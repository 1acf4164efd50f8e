/** One run for the report: its report.json, where there is one, and what its events add up to, held against each other. */
import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { formatCount } from '../../provision/core/units';
import type { Prices } from '../plan-review/prices';
import { type CostOptions, compareCosts } from './costs';
import { readEvents } from './read-events';
import { type ReportHead, readReport } from './read-report';
import type { ReportedRun, RunDetails, RunSummary } from './report-data';
import { type AggregateLimits, type AggregateResult, RunAggregate } from './run-aggregate';
import { sourceUrl } from './source-url';

/** Called with the bytes of each piece of a run's files that was read. */
export type OnRead = (bytes: number) => void;

/** A run in a few lines. Reads the events only where the run left no report. */
export async function summarizeRun(folder: string, onRead?: OnRead): Promise<RunSummary> {
  const report = await readHead(folder, onRead);
  if (report !== undefined) return summaryOfReport(folder, report);
  const { result } = await aggregate(folder, { entryBytes: 0, directories: 1 }, onRead);
  return summaryOfEvents(folder, result);
}

export interface DetailOptions {
  readonly limits: AggregateLimits;
  readonly prices: Prices;
  readonly onRead?: OnRead;
}

/** A run with all its details, of which little is left where its events are gone. */
export async function detailRun(folder: string, { limits, prices, onRead }: DetailOptions): Promise<ReportedRun> {
  const report = await readHead(folder, onRead);
  const evidence = { report, ...(await aggregate(folder, limits, onRead)) };
  const summary = report === undefined ? summaryOfEvents(folder, evidence.result) : summaryOfReport(folder, report);
  const costs = compareCosts(summary, { prices, destination: destinationOf(report) });
  return { summary, details: { ...detailsOf(evidence), costs } };
}

/** What `detailRun` and `summarizeRun` will read of a run; one that is under way may grow meanwhile. */
export function bytesToRead(folder: string, what: 'details' | 'summary'): number {
  const reportBytes = sizeOf(reportIn(folder));
  return what === 'summary' && reportBytes > 0 ? reportBytes : reportBytes + sizeOf(eventsIn(folder));
}

const reportIn = (folder: string) => join(folder, 'report.json');
const eventsIn = (folder: string) => join(folder, 'events.ndjson');

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

async function readHead(folder: string, onRead: OnRead | undefined): Promise<ReportHead | undefined> {
  const report = await readReport(reportIn(folder));
  onRead?.(sizeOf(reportIn(folder)));
  return report;
}

interface Evidence {
  readonly report: ReportHead | undefined;
  readonly result: AggregateResult;
  readonly hasEvents: boolean;
  readonly damaged: number;
}

async function aggregate(
  folder: string,
  limits: AggregateLimits,
  onRead: OnRead | undefined,
): Promise<Omit<Evidence, 'report'>> {
  const run = new RunAggregate(limits);
  const events = eventsIn(folder);
  const hasEvents = existsSync(events);
  const damaged = hasEvents ? await readEvents(events, (event) => run.add(event), onRead) : 0;
  return { result: run.result(), hasEvents, damaged };
}

/** @param folder The run's, or its name. */
export function summaryOfReport(folder: string, report: ReportHead): RunSummary {
  const { state, error, left, startedAt, durationMs, source, destination, counts } = report;
  return {
    id: basename(folder),
    state,
    startedAt,
    durationMs,
    from: sourceUrl(source),
    to: destination.path,
    counts,
    ...(error && { error }),
    ...(left && { left }),
  };
}

function summaryOfEvents(folder: string, result: AggregateResult): RunSummary {
  const { startedAt, durationMs } = result;
  return {
    id: basename(folder),
    state: 'UNFINISHED',
    startedAt: startedAt ?? startOf(folder),
    durationMs,
    counts: { ...countsOf(result), excluded: 0, verifiedAtEnd: 0 },
  };
}

/** The entries', or those of the progress where the log level left entries out: bytes are those received then, of files under way too. */
function countsOf({ counts, lastProgress }: AggregateResult): AggregateResult['counts'] {
  if (lastProgress === undefined) return counts;
  const { doneFiles, doneBytes, transferredFiles, receivedBytes, failed } = lastProgress;
  if (doneFiles <= counts.filesTransferred + counts.filesUnchanged && failed <= counts.failed) return counts;
  return {
    ...counts,
    filesTransferred: transferredFiles,
    bytesTransferred: receivedBytes,
    filesUnchanged: doneFiles - transferredFiles,
    bytesUnchanged: doneBytes - receivedBytes,
    failed: Math.max(failed, counts.failed),
  };
}

/** `2026-11-22T20-33-59-733Z-31810` -> the time it says: what is left of a run that ended before its first event was on disk. */
export function startOf(folder: string): string {
  return basename(folder).replace(/^(.{10})T(\d\d)-(\d\d)-(\d\d)-(\d{3}Z).*$/, '$1T$2:$3:$4.$5');
}

function detailsOf(evidence: Evidence): Omit<RunDetails, 'costs'> {
  const { report, result, hasEvents } = evidence;
  const {
    counts: _counts,
    startedAt: _startedAt,
    durationMs: _durationMs,
    lastProgress: _progress,
    ...measured
  } = result;
  const discrepancies = discrepanciesOf(evidence);
  if (report === undefined) return { ...measured, hasEvents, discrepancies };
  const { source, destination, options, versions, stateDurationsMs, files, unfinished, unmatchedIncludes } = report;
  const seldom = {
    ...(unfinished === undefined ? {} : { unfinished }),
    ...(unmatchedIncludes === undefined ? {} : { unmatchedIncludes }),
  };
  const settings = { source, destination, options, versions, stateDurationsMs, files, ...seldom };
  return { ...measured, hasEvents, discrepancies, settings };
}

const comparedCounts = {
  filesTransferred: 'files transferred',
  bytesTransferred: 'bytes transferred',
  filesUnchanged: 'unchanged files',
  directories: 'directories',
  skipped: 'skipped entries',
  failed: 'failed entries',
  removed: 'removed files',
} as const;

function destinationOf(report: ReportHead | undefined): CostOptions['destination'] {
  if (report === undefined) return 'unknown';
  return report.destination.mount === null ? 'folder' : 'file system';
}

function discrepanciesOf({ report, result, hasEvents, damaged }: Evidence): string[] {
  if (!hasEvents) return ['events.ndjson is not there: this page holds what report.json tells.'];
  const lines =
    damaged === 0 ? [] : [`Lines of events.ndjson that are no events, and left out: ${formatCount(damaged)}.`];
  // With another log level the events leave entries out.
  if (report === undefined || (report.options.logLevel ?? 'TRANSFER') !== 'TRANSFER') return lines;
  for (const [key, name] of Object.entries(comparedCounts) as [keyof typeof comparedCounts, string][]) {
    const told = report.counts[key];
    const seen = result.counts[key];
    if (told !== seen)
      lines.push(`report.json counts ${formatCount(told)} ${name}, events.ndjson ${formatCount(seen)}`);
  }
  return lines;
}
