/**
 * All that the report tells of one run, gathered while its events pass, in memory that does not grow with their number. Pure: the
 * same events give the same result.
 */
import type { ExecutionState, Progress, PullEvent } from '../../provision/pull/record/events';
import type { Outcome } from '../../provision/pull/record/outcomes';
import type { Counts } from '../../provision/pull/record/tally';
import { DirectoryTree } from './directory-tree';
import { EntryLog } from './entry-log';
import { LogHistogram } from './log-histogram';
import type { ConnectionHistory, LargeFile, ProgressSample, RunDetails, StateSpan } from './report-data';
import { shortened } from './shortened';
import { ThinnedSeries } from './thinned-series';

const largestFiles = 10;

/** How much of a run the page may hold. */
export interface AggregateLimits {
  /** For failures, retries and skipped entries. */
  readonly entryBytes: number;
  readonly directories: number;
}

type Measured = Omit<RunDetails, 'settings' | 'costs' | 'hasEvents' | 'discrepancies'>;

/** Without what events do not tell. */
type SeenCounts = Omit<Counts, 'excluded' | 'verifiedAtEnd'>;

export interface AggregateResult extends Measured {
  readonly counts: SeenCounts;
  /** Of the first and the last event; undefined where there are none. */
  readonly startedAt: string | undefined;
  readonly durationMs: number;
  /** Its totals are of entries too that the log level left out. */
  readonly lastProgress: Progress | undefined;
}

export class RunAggregate {
  readonly #progress = new ThinnedSeries<ProgressSample>();
  readonly #connections = new ThinnedSeries<ConnectionHistory['samples'][number]>();
  readonly #sizes = new LogHistogram();
  readonly #latencies = new LogHistogram();
  readonly #tree = new DirectoryTree();
  readonly #entries: EntryLog;
  readonly #counts: Mutable<SeenCounts> = {
    filesTransferred: 0,
    bytesTransferred: 0,
    bytesResumed: 0,
    filesUnchanged: 0,
    bytesUnchanged: 0,
    modesChanged: 0,
    directories: 0,
    directoriesCreated: 0,
    skipped: 0,
    failed: 0,
    linksCreated: 0,
    removed: 0,
    bytesRemoved: 0,
    directoriesRemoved: 0,
    clearedAtSource: 0,
  };
  readonly #states: { state: ExecutionState; fromMs: number }[] = [];
  #largest: LargeFile[] = [];
  #resumedFiles = 0;
  #lost = 0;
  #limited = 0;
  #startedAt: string | undefined;
  #startedAtMs = 0;
  #elapsedMs = 0;
  #lastProgress: Progress | undefined;

  constructor(private readonly limits: AggregateLimits) {
    this.#entries = new EntryLog(limits.entryBytes);
  }

  add(event: PullEvent): void {
    this.#startedAt ??= this.#begin(event.time);
    if (event.type === 'entry') {
      this.#addOutcome(event.outcome);
      return;
    }
    this.#elapsedMs = Math.max(this.#elapsedMs, Date.parse(event.time) - this.#startedAtMs);
    if (event.type === 'progress') {
      this.#lastProgress = event;
      this.#progress.add(sampleOf(event));
    } else if (event.type === 'state') this.#states.push({ state: event.state, fromMs: this.#elapsedMs });
    else if (event.type === 'connections') this.#addConnections(event);
  }

  result(): AggregateResult {
    const durationMs = this.#elapsedMs;
    return {
      counts: { ...this.#counts },
      startedAt: this.#startedAt,
      durationMs,
      lastProgress: this.#lastProgress,
      progress: this.#progress.result(),
      states: this.#states.map((span, index): StateSpan => {
        return { ...span, toMs: this.#states[index + 1]?.fromMs ?? durationMs };
      }),
      connections: { samples: this.#connections.result(), lost: this.#lost, limited: this.#limited },
      sizes: this.#sizes.result(),
      latencies: this.#latencies.result(),
      largest: this.#largest,
      tree: this.#tree.result(this.limits.directories),
      entries: this.#entries.result(),
      resumedFiles: this.#resumedFiles,
    };
  }

  #begin(time: string): string {
    this.#startedAtMs = Date.parse(time);
    return time;
  }

  #addOutcome(outcome: Outcome): void {
    const counts = this.#counts;
    this.#entries.add(outcome);
    switch (outcome.kind) {
      case 'transferred':
        counts.filesTransferred += 1;
        counts.bytesTransferred += outcome.sizeBytes;
        counts.bytesResumed += outcome.resumedBytes;
        if (outcome.resumedBytes > 0) this.#resumedFiles += 1;
        if (outcome.atSource !== undefined) counts.clearedAtSource += 1;
        this.#addLatency(outcome);
        this.#addFile(outcome);
        break;
      case 'unchanged':
        counts.filesUnchanged += 1;
        counts.bytesUnchanged += outcome.sizeBytes;
        if (outcome.modeChanged) counts.modesChanged += 1;
        this.#addFile(outcome);
        break;
      case 'directory':
        counts.directories += 1;
        if (outcome.created) counts.directoriesCreated += 1;
        break;
      case 'skipped':
        counts.skipped += 1;
        break;
      case 'failed':
        counts.failed += 1;
        break;
      case 'linked':
        counts.linksCreated += 1;
        break;
      case 'removed':
        if (outcome.what === 'directory') counts.directoriesRemoved += 1;
        else counts.removed += 1;
        counts.bytesRemoved += outcome.sizeBytes;
        break;
      case 'excluded':
      case 'left':
      case 'verified':
        break;
    }
  }

  /** Not every agent tells how long a file took. */
  #addLatency(outcome: { readonly kind: 'transferred'; readonly durationMs?: number }): void {
    if (outcome.durationMs !== undefined) this.#latencies.add(outcome.durationMs);
  }

  #addFile({ path, sizeBytes }: { readonly path: string; readonly sizeBytes: number }): void {
    this.#sizes.add(sizeBytes);
    this.#tree.addFile(path, sizeBytes);
    if (this.#largest.length === largestFiles && sizeBytes <= (this.#largest.at(-1)?.sizeBytes ?? 0)) return;
    const larger = [...this.#largest, { path: shortened(path, 500), sizeBytes }].sort(
      (a, b) => b.sizeBytes - a.sizeBytes,
    );
    this.#largest = larger.slice(0, largestFiles);
  }

  #addConnections({ change, connections }: Extract<PullEvent, { type: 'connections' }>): void {
    if (change === 'lost') this.#lost += 1;
    if (change === 'limited') this.#limited += 1;
    // What a limited event counts is what the server allows, which is as many as are open.
    this.#connections.add({ elapsedMs: this.#elapsedMs, connections });
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function sampleOf({ elapsedMs, listedFiles, listedBytes, doneFiles, receivedBytes, failed }: Progress): ProgressSample {
  return { elapsedMs, listedFiles, listedBytes, doneFiles, receivedBytes, failed };
}
