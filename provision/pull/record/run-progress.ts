/**
 * Where a run stands: its state, its counts, its events on their way to the reporter and to events.ndjson, its report. Told from timers and
 * listeners too, so nothing is thrown where the state folder cannot be written: the first such error is kept, and the run stopped.
 */
import { version as sluiceVersion } from '../../../package.json';
import type { SluiceError } from '../../core/errors';
import type { Reporter } from '../../core/reporter';
import type { PullJob } from '../job/job';
import type { PullSettings } from '../job/settings';
import { HostKeyRefusedError } from '../sftp/connect';
import type { ExecutionState, PullEvent, PullEventBody } from './events';
import type { Outcome } from './outcomes';
import type { PullReport } from './report';
import type { RunFiles } from './run-files';
import { stateFailure } from './state-failure';
import { Tally, type Unfinished } from './tally';

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

export interface ProgressOptions {
  readonly clock: Clock;
  /** Milliseconds of a clock that only goes forward: durations do not follow a clock that is set during the run. */
  readonly now: () => number;
  readonly logLevel: PullSettings['logLevel'];
  /** Called once, when the state folder could not be written. */
  readonly onUnwritable: () => void;
}

export class RunProgress {
  readonly tally = new Tally();
  /** Set once all of the source was listed. */
  unmatchedIncludes: readonly string[] = [];
  /** Set once nothing is under way any more. */
  unfinished: Unfinished = { files: 0, bytes: 0 };
  readonly #startedAtMs: number;
  readonly #beganMs: number;
  readonly #stateDurationsMs: Partial<Record<ExecutionState, number>> = {};
  #state: ExecutionState | undefined;
  #stateSinceMs: number;
  #failure: SluiceError | undefined;

  constructor(
    private readonly files: RunFiles,
    private readonly reporter: Reporter<PullEvent>,
    private readonly options: ProgressOptions,
  ) {
    this.#startedAtMs = options.clock.now();
    this.#beganMs = options.now();
    this.#stateSinceMs = this.#beganMs;
  }

  /** Where the run keeps what it found. */
  get directory(): string {
    return this.files.directory;
  }

  /** Why the state folder could not be written. */
  get failure(): SluiceError | undefined {
    return this.#failure;
  }

  emit(body: PullEventBody): void {
    const event: PullEvent = { time: new Date(this.options.clock.now()).toISOString(), ...body };
    this.#keep(() => this.files.record(event));
    this.reporter(event);
  }

  /** A state is entered once; entering the same again is no event. A run that is CANCELLING can only end. */
  enter(state: ExecutionState): void {
    const isLate = this.#state === 'CANCELLING' && state !== 'ERROR' && state !== 'SUCCESS';
    if (state === this.#state || isLate) return;
    const now = this.options.now();
    if (this.#state !== undefined) this.#stateDurationsMs[this.#state] = Math.round(now - this.#stateSinceMs);
    this.#state = state;
    this.#stateSinceMs = now;
    this.emit({ type: 'state', state });
  }

  record(outcome: Outcome): void {
    if (outcome.kind === 'unchanged' && !outcome.modeChanged) {
      this.tally.listed(outcome.sizeBytes);
      this.tally.settled(outcome.sizeBytes);
    }
    this.tally.add(outcome);
    this.#keep(() => this.files.recordOutcome(outcome));
    if (isTold(outcome, this.options.logLevel)) this.emit({ type: 'entry', outcome });
  }

  recordDigest(path: string, sha256: string): void {
    this.#keep(() => this.files.recordDigest(path, sha256));
  }

  /** To be called before files are seen: a run killed between the two must not leave one without a digest. Throws where it would. */
  flushDigests(): void {
    this.#keep(() => this.files.flushDigests());
    if (this.#failure !== undefined) throw this.#failure;
  }

  #keep(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (this.#failure !== undefined) return;
      this.#failure = stateFailure(this.directory, error);
      this.options.onUnwritable();
    }
  }

  /** Tells the counts; for a timer. */
  tell(): void {
    this.emit({ type: 'progress', ...this.tally.progress(this.#elapsedMs()) });
  }

  #elapsedMs(): number {
    return Math.round(this.options.now() - this.#beganMs);
  }

  /** Ends the run: its last state, its report on disk. Nothing may be told after it. Throws where the report cannot be written. */
  finish(job: PullJob, { error: cause, isOutOfTime }: RunEnd): PullReport {
    this.tell();
    const error = cause ?? this.#failure;
    if (error !== undefined) this.emit({ type: 'error', ...told(error) });
    this.enter(this.#endState(error));
    this.#keep(() => this.files.close());
    const report = this.#report(job, { error: cause ?? this.#failure, isOutOfTime });
    this.files.writeReport(report);
    return report;
  }

  #endState(error: SluiceError | undefined): PullReport['state'] {
    return error === undefined && this.tally.failures.length === 0 ? 'SUCCESS' : 'ERROR';
  }

  #report(job: PullJob, { error, isOutOfTime }: RunEnd): PullReport {
    const left = error === undefined ? this.tally.left(isOutOfTime) : undefined;
    const { host, port, username, hostKeys, path, connections, access } = job.source;
    return {
      version: 1,
      state: this.#endState(error),
      ...(error === undefined ? {} : { error: errorOf(error) }),
      startedAt: new Date(this.#startedAtMs).toISOString(),
      endedAt: new Date(this.options.clock.now()).toISOString(),
      durationMs: this.#elapsedMs(),
      stateDurationsMs: this.#stateDurationsMs,
      source: { host, port, username, hostKeys, path, connections, access },
      destination: job.destination,
      options: job.options,
      counts: this.tally.counts(),
      ...(left === undefined ? {} : { left }),
      ...(this.unfinished.files === 0 ? {} : { unfinished: this.unfinished }),
      ...(this.unmatchedIncludes.length === 0 ? {} : { unmatchedIncludes: this.unmatchedIncludes }),
      failed: this.tally.failures,
      skipped: this.tally.skipped,
      files: this.files.paths,
      versions: { sluice: sluiceVersion, node: process.version },
    };
  }
}

export interface RunEnd {
  /** Why it ended before its end. */
  readonly error: SluiceError | undefined;
  /** It stopped because its time was over, as the settings say. */
  readonly isOutOfTime: boolean;
}

/** `logLevel`. What was left out by a filter or a limit is counted only, what was verified is in the task report. */
function isTold({ kind }: Outcome, level: PullSettings['logLevel']): boolean {
  if (level === 'OFF' || kind === 'excluded' || kind === 'left' || kind === 'verified') return false;
  return level === 'TRANSFER' || kind === 'failed' || kind === 'skipped';
}

function told({ code, message, hint }: SluiceError) {
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}

function errorOf(error: SluiceError): NonNullable<PullReport['error']> {
  const { kind, retryable } = error;
  const presented = error instanceof HostKeyRefusedError ? { presentedHostKey: error.presented.fingerprint } : {};
  return {
    ...told(error),
    kind,
    ...(retryable ? { retryable } : {}),
    ...presented,
  };
}
