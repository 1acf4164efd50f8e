/** Counts of a run, kept while its outcomes pass. */
import type { Progress } from './events';
import type { Failure, Outcome, RunLimit } from './outcomes';

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
  readonly linksCreated: number;
  /** Files and links; directories of their own. */
  readonly removed: number;
  readonly bytesRemoved: number;
  readonly directoriesRemoved: number;
  /** Deleted or moved away there, once here. */
  readonly clearedAtSource: number;
  /** Found equal at both ends by POINT_IN_TIME_CONSISTENT. */
  readonly verifiedAtEnd: number;
}

/** What a limit left for the next run. */
export interface Left {
  readonly limit: RunLimit;
  readonly files: number;
  readonly bytes: number;
  /** False where the listing stopped too: there is more. */
  readonly isAll: boolean;
}

/** Parts of files that the next run goes on with. */
export interface Unfinished {
  readonly files: number;
  readonly bytes: number;
}

export interface SkippedEntry {
  readonly path: string;
  readonly reason: string;
}

/** Entries named in a report: a million of them, kept until the end, would be the whole memory of a run. */
export const mostNamed = 10_000;

export class Tally {
  /** The first ones. All of them are in the events and in the task report. */
  readonly failures: Failure[] = [];
  readonly skipped: SkippedEntry[] = [];
  #failed = 0;
  #skipped = 0;
  #receivedBytes = 0;
  #listedFiles = 0;
  #listedBytes = 0;
  #settled = { files: 0, bytes: 0 };
  #excluded = 0;
  #retries = 0;
  #isListed = false;
  #transferred = { files: 0, bytes: 0, resumedBytes: 0 };
  #unchanged = { files: 0, bytes: 0, modes: 0 };
  #directories = { found: 0, created: 0 };
  #links = 0;
  #removed = { files: 0, bytes: 0, directories: 0 };
  #clearedAtSource = 0;
  #verifiedAtEnd = 0;
  #left: { limit: RunLimit; files: number; bytes: number } | undefined;

  /** A file that the plan saw, whatever becomes of it. */
  listed(sizeBytes: number): void {
    this.#listedFiles += 1;
    this.#listedBytes += sizeBytes;
  }

  /** A listed file that has its outcome, whichever: it is not left. `sizeBytes` as it was listed. */
  settled(sizeBytes: number): void {
    this.#settled.files += 1;
    this.#settled.bytes += sizeBytes;
  }

  /** Of files listed so far, what is neither there nor received. */
  get missingBytes(): number {
    const arrived = this.#receivedBytes + this.#unchanged.bytes + this.#transferred.resumedBytes;
    return Math.max(0, this.#listedBytes - arrived);
  }

  received(bytes: number): void {
    this.#receivedBytes += bytes;
  }

  allListed(): void {
    this.#isListed = true;
  }

  retried(): void {
    this.#retries += 1;
  }

  add(outcome: Outcome): void {
    switch (outcome.kind) {
      case 'transferred':
        this.#transferred.files += 1;
        this.#transferred.bytes += outcome.sizeBytes;
        this.#transferred.resumedBytes += outcome.resumedBytes;
        if (outcome.atSource !== undefined) this.#clearedAtSource += 1;
        break;
      case 'linked':
        this.#links += 1;
        break;
      case 'removed':
        if (outcome.what === 'directory') this.#removed.directories += 1;
        else this.#removed.files += 1;
        this.#removed.bytes += outcome.sizeBytes;
        break;
      case 'left':
        this.#left ??= { limit: outcome.limit, files: 0, bytes: 0 };
        this.#left.files += 1;
        this.#left.bytes += outcome.sizeBytes;
        break;
      case 'verified':
        this.#verifiedAtEnd += 1;
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
        this.#skipped += 1;
        if (this.skipped.length < mostNamed) this.skipped.push({ path: outcome.path, reason: outcome.reason });
        break;
      case 'failed':
        this.#failed += 1;
        if (this.failures.length < mostNamed) this.failures.push(outcome);
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
      skipped: this.#skipped,
      failed: this.#failed,
      linksCreated: this.#links,
      removed: this.#removed.files,
      bytesRemoved: this.#removed.bytes,
      directoriesRemoved: this.#removed.directories,
      clearedAtSource: this.#clearedAtSource,
      verifiedAtEnd: this.#verifiedAtEnd,
    };
  }

  /** `isStopped`: by the time; what was listed and has no outcome is left, and there may be more. */
  left(isStopped: boolean): Left | undefined {
    if (!isStopped) return this.#left === undefined ? undefined : { ...this.#left, isAll: true };
    return {
      limit: 'time',
      files: this.#listedFiles - this.#settled.files,
      bytes: this.#listedBytes - this.#settled.bytes,
      isAll: false,
    };
  }

  progress(elapsedMs: number): Progress {
    return {
      listedFiles: this.#listedFiles,
      listedBytes: this.#listedBytes,
      isListed: this.#isListed,
      doneFiles: this.#transferred.files + this.#unchanged.files,
      transferredFiles: this.#transferred.files,
      receivedBytes: this.#receivedBytes,
      doneBytes: this.#receivedBytes + this.#unchanged.bytes + this.#transferred.resumedBytes,
      failed: this.#failed,
      retries: this.#retries,
      elapsedMs,
    };
  }
}
