/** Where a run stands: its state, its counts, its events on their way to the reporter and to events.ndjson, its report. */
import { version as sluiceVersion } from '../../package.json';
import type { SluiceError } from '../core/errors';
import type { Reporter } from '../core/reporter';
import type { ExecutionState, PullEvent, PullEventBody } from './events';
import type { PullJob } from './job';
import type { Outcome } from './outcomes';
import type { PullReport } from './report';
import type { RunFiles } from './run-files';
import { HostKeyRefusedError } from './sftp/connect';
import { Tally } from './tally';

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

export class RunProgress {
  readonly tally = new Tally();
  readonly #startedAtMs: number;
  readonly #stateDurationsMs: Partial<Record<ExecutionState, number>> = {};
  #state: ExecutionState | undefined;
  #stateSinceMs: number;

  constructor(
    private readonly files: RunFiles,
    private readonly reporter: Reporter<PullEvent>,
    private readonly clock: Clock,
  ) {
    this.#startedAtMs = clock.now();
    this.#stateSinceMs = this.#startedAtMs;
  }

  emit(body: PullEventBody): void {
    const event: PullEvent = { time: new Date(this.clock.now()).toISOString(), ...body };
    this.files.record(event);
    this.reporter(event);
  }

  /** A state is entered once; entering the same again is no event. */
  enter(state: ExecutionState): void {
    if (state === this.#state) return;
    const now = this.clock.now();
    if (this.#state !== undefined) this.#stateDurationsMs[this.#state] = now - this.#stateSinceMs;
    this.#state = state;
    this.#stateSinceMs = now;
    this.emit({ type: 'state', state });
  }

  record(outcome: Outcome): void {
    if (outcome.kind === 'unchanged' && !outcome.modeChanged) this.tally.listed(outcome.sizeBytes);
    this.tally.add(outcome);
    // What was left out by the operator's own filter is counted only.
    if (outcome.kind !== 'excluded') this.emit({ type: 'entry', outcome });
  }

  /** Tells the counts; for a timer. */
  tell(): void {
    this.emit({ type: 'progress', ...this.tally.progress(this.clock.now() - this.#startedAtMs) });
  }

  /** Ends the run: its last state, its report on disk. Nothing may be told after it. */
  finish(job: PullJob, error: SluiceError | undefined): PullReport {
    const isSuccess = error === undefined && this.tally.failures.length === 0;
    this.tell();
    this.enter(isSuccess ? 'SUCCESS' : 'ERROR');
    const endedAtMs = this.clock.now();
    const { host, port, username, hostKeys, path, connections } = job.source;
    const report: PullReport = {
      version: 1,
      state: isSuccess ? 'SUCCESS' : 'ERROR',
      ...(error === undefined ? {} : { error: errorOf(error) }),
      startedAt: new Date(this.#startedAtMs).toISOString(),
      endedAt: new Date(endedAtMs).toISOString(),
      durationMs: endedAtMs - this.#startedAtMs,
      stateDurationsMs: this.#stateDurationsMs,
      source: { host, port, username, hostKeys, path, connections },
      destination: job.destination,
      options: job.options,
      counts: this.tally.counts(),
      failed: this.tally.failures,
      skipped: this.tally.skipped,
      files: { report: this.files.reportPath, events: this.files.eventsPath, manifest: this.files.manifestPath },
      versions: { sluice: sluiceVersion, node: process.version },
    };
    this.files.writeReport(report);
    this.files.close();
    return report;
  }
}

function errorOf(error: SluiceError): NonNullable<PullReport['error']> {
  const { code, kind, message, hint } = error;
  const presented = error instanceof HostKeyRefusedError ? { presentedHostKey: error.presented.fingerprint } : {};
  return { code, kind, message, ...(hint === undefined ? {} : { hint }), ...presented };
}
