/** Counts of a run, kept while its outcomes pass. */
import type { Progress } from './events';
import type { Failure, Outcome } from './outcomes';

export interface Counts {
  readonly filesTransferred: number;
  readonly bytesTransferred: number;
  readonly bytesResumed: number;
  readonly filesUnchanged: number;
  readonly bytesUnchanged: number;
  readonly modesChanged: number;
  readonly directories: number;
  readonly directoriesCreated: number;
  readonly excluded: number;
  readonly skipped: number;
  readonly failed: number;
}

export interface SkippedEntry {
  readonly path: string;
  readonly reason: string;
}

export class Tally {
  readonly failures: Failure[] = [];
  readonly skipped: SkippedEntry[] = [];
  #receivedBytes = 0;
  #listedFiles = 0;
  #listedBytes = 0;
  #excluded = 0;
  #transferred = { files: 0, bytes: 0, resumedBytes: 0 };
  #unchanged = { files: 0, bytes: 0, modes: 0 };
  #directories = { found: 0, created: 0 };

  /** A file that the plan saw, whatever becomes of it. */
  listed(sizeBytes: number): void {
    this.#listedFiles += 1;
    this.#listedBytes += sizeBytes;
  }

  received(bytes: number): void {
    this.#receivedBytes += bytes;
  }

  add(outcome: Outcome): void {
    switch (outcome.kind) {
      case 'transferred':
        this.#transferred.files += 1;
        this.#transferred.bytes += outcome.sizeBytes;
        this.#transferred.resumedBytes += outcome.resumedBytes;
        break;
      case 'unchanged':
        this.#unchanged.files += 1;
        this.#unchanged.bytes += outcome.sizeBytes;
        if (outcome.modeChanged) this.#unchanged.modes += 1;
        break;
      case 'directory':
        this.#directories.found += 1;
        if (outcome.created) this.#directories.created += 1;
        break;
      case 'excluded':
        this.#excluded += 1;
        break;
      case 'skipped':
        this.skipped.push({ path: outcome.path, reason: outcome.reason });
        break;
      case 'failed':
        this.failures.push(outcome);
        break;
    }
  }

  counts(): Counts {
    return {
      filesTransferred: this.#transferred.files,
      bytesTransferred: this.#transferred.bytes,
      bytesResumed: this.#transferred.resumedBytes,
      filesUnchanged: this.#unchanged.files,
      bytesUnchanged: this.#unchanged.bytes,
      modesChanged: this.#unchanged.modes,
      directories: this.#directories.found,
      directoriesCreated: this.#directories.created,
      excluded: this.#excluded,
      skipped: this.skipped.length,
      failed: this.failures.length,
    };
  }

  progress(elapsedMs: number): Progress {
    return {
      listedFiles: this.#listedFiles,
      listedBytes: this.#listedBytes,
      doneFiles: this.#transferred.files + this.#unchanged.files,
      transferredFiles: this.#transferred.files,
      receivedBytes: this.#receivedBytes,
      doneBytes: this.#receivedBytes + this.#unchanged.bytes + this.#transferred.resumedBytes,
      failed: this.failures.length,
      elapsedMs,
    };
  }
}
