/**
 * What the report's page shows, and all that it is given: compact JSON whose size does not grow with the number of files. Shared by
 * the command that writes it and the page that draws it. Paths in it are the server's: text, never markup.
 */
import type { ExecutionState, Progress } from '../../provision/pull/record/events';
import type { PullReport } from '../../provision/pull/record/report';
import type { Counts, Left } from '../../provision/pull/record/tally';
import type { Proof } from '../export-proof/proof';

/** A run that left no report.json is UNFINISHED: still going, or killed. */
export type RunState = PullReport['state'] | 'UNFINISHED';

/** One run in a few lines: what the history lists and the comparison compares. */
export interface RunSummary {
  /** The run folder's name. */
  readonly id: string;
  readonly state: RunState;
  readonly error?: PullReport['error'];
  readonly startedAt: string;
  readonly durationMs: number;
  /** The source as a URL, and the destination's path; absent where there is no report.json. */
  readonly from?: string;
  readonly to?: string;
  /** Of a run without report.json, what its events tell: `excluded` is 0 then. */
  readonly counts: Counts;
  /** What a limit of the settings left for the next run. */
  readonly left?: Left;
}

export interface RunDetails {
  /** Absent where there is no report.json: nothing else tells. */
  readonly settings?: Pick<
    PullReport,
    | 'source'
    | 'destination'
    | 'options'
    | 'versions'
    | 'stateDurationsMs'
    | 'files'
    | 'unfinished'
    | 'unmatchedIncludes'
  >;
  /** Cumulative counts while the run went on, in order of time. */
  readonly progress: readonly ProgressSample[];
  readonly states: readonly StateSpan[];
  readonly connections: ConnectionHistory;
  /** Files that are there now, transferred or unchanged, by size. */
  readonly sizes: Histogram;
  /** Time from a file's first request to its publication, in milliseconds; of the files whose events tell it. */
  readonly latencies: Histogram;
  readonly largest: readonly LargeFile[];
  readonly tree: DirectoryNode;
  readonly entries: EntryRows;
  readonly resumedFiles: number;
  readonly costs: CostComparison;
  /** events.ndjson is there. */
  readonly hasEvents: boolean;
  /** What does not add up between events.ndjson and report.json, in words; empty where all does. */
  readonly discrepancies: readonly string[];
}

export type ProgressSample = Pick<
  Progress,
  'elapsedMs' | 'listedFiles' | 'listedBytes' | 'doneFiles' | 'receivedBytes' | 'failed'
>;

export interface StateSpan {
  readonly state: ExecutionState;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ConnectionHistory {
  readonly samples: readonly { readonly elapsedMs: number; readonly connections: number }[];
  readonly lost: number;
  /** Times the server refused another one. */
  readonly limited: number;
}

/** Values in bins that double: bin 0 holds 0, bin k holds [2^(k-1), 2^k). */
export interface Histogram {
  readonly bins: readonly { readonly bin: number; readonly count: number; readonly sum: number }[];
  readonly count: number;
  readonly sum: number;
  readonly max: number;
  /** Off by at most 1/16 of the value. */
  readonly median: number;
  readonly p99: number;
}

export interface LargeFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** A directory with all that is beneath it. */
export interface DirectoryNode {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
  readonly children: readonly DirectoryNode[];
  /** Directories beneath it that are too small to be told one by one. Their files count as this directory's. */
  readonly rolledUp: number;
}

export type EntryKind = 'failed' | 'skipped' | 'retried' | 'removed';

export interface EntryRow {
  readonly kind: EntryKind;
  readonly path: string;
  readonly code: string;
  readonly reason: string;
  readonly hint?: string;
  /** 0 where it never arrived; of what was removed: what it had. */
  readonly sizeBytes: number;
  readonly attempts: number;
}

export interface EntryRows {
  /** The first ones, as many as there is room for. */
  readonly rows: readonly EntryRow[];
  /** All there were. */
  readonly totals: Readonly<Record<EntryKind, number>>;
  /** Failures by code, most first. */
  readonly failuresByCode: readonly { readonly code: string; readonly count: number; readonly example: string }[];
}

export interface CostLine {
  readonly name: string;
  readonly dollars: number;
  /** How it comes about: `0.19 GB at $0.40/GB`. */
  readonly basis: string;
  readonly source: string;
}

export interface CostComparison {
  readonly lines: readonly CostLine[];
  /** `list price, us-east-1, 2026-11-22`. */
  readonly label: string;
  readonly notes: readonly string[];
}

export interface ReportedRun {
  readonly summary: RunSummary;
  /** Absent for runs that are only compared. */
  readonly details?: RunDetails;
}

export interface ReportData {
  readonly version: 1;
  readonly generatedAt: string;
  readonly sluice: string;
  /** What `sluice verify` found in S3, where it was given. */
  readonly proof?: Proof;
  /** Newest first; at least one, and the first has details. */
  readonly runs: readonly ReportedRun[];
  /** Older runs that the page has no room for. */
  readonly leftOut: number;
}
