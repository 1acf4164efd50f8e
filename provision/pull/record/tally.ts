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
  /** Of these files those that are larger than the limit of bytes alone: no run takes them. Absent where there are none. */
  readonly tooLarge?: number;
  /** False where the listing stopped too: there is more. */
  readonly isAll: boolean;
}

/** Counts one more file that was left; the limit is that of the first one. */
export function countLeft(
  sum: Omit<Left, 'isAll'> | undefined,
  { limit, sizeBytes, isTooLarge }: Extract<Outcome, { kind: 'left' }>,
): Omit<Left, 'isAll'> {
  const { files, bytes, tooLarge = 0 } = sum ?? { files: 0, bytes: 0 };
  return {
    limit: sum?.limit ?? limit,
    files: files + 1,
    bytes: bytes + sizeBytes,
    ...(isTooLarge ? { tooLarge: tooLarge + 1 } : tooLarge === 0 ? {} : { tooLarge }),
  };
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

const nothing: Counts = {
  filesTransferred: 0,
  bytesTransferred: 0,
  bytesResumed: 0,
  filesUnchanged: 0,
  bytesUnchanged: 0,
  modesChanged: 0,
  directories: 0,
  directoriesCreated: 0,
  excluded: 0,
  skipped: 0,
  failed: 0,
  linksCreated: 0,
  removed: 0,
  bytesRemoved: 0,
  directoriesRemoved: 0,
  clearedAtSource: 0,
  verifiedAtEnd: 0,
};

export class Tally {
  /** The first ones. All of them are in the events and in the task report. */
  readonly failures: Failure[] = [];
  readonly skipped: SkippedEntry[] = [];
  readonly #counts: { -readonly [Name in keyof Counts]: number } = { ...nothing };
  #receivedBytes = 0;
  #listed = { files: 0, bytes: 0 };
  #settled = { files: 0, bytes: 0 };
  #retries = 0;
  #isListed = false;
  #left: Omit<Left, 'isAll'> | undefined;

  /** A file that the plan saw, whatever becomes of it. */
  listed(sizeBytes: number): void {
    this.#listed.files += 1;
    this.#listed.bytes += sizeBytes;
  }

  /** A listed file that has its outcome, whichever: it is not left. `sizeBytes` as it was listed. */
  settled(sizeBytes: number): void {
    this.#settled.files += 1;
    this.#settled.bytes += sizeBytes;
  }

  /** Of files listed so far, what is neither there nor received. */
  get missingBytes(): number {
    return Math.max(0, this.#listed.bytes - this.#arrivedBytes);
  }

  /** Received, or there already, of files under way too. */
  get #arrivedBytes(): number {
    return this.#receivedBytes + this.#counts.bytesUnchanged + this.#counts.bytesResumed;
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
    const counts = this.#counts;
    switch (outcome.kind) {
      case 'transferred':
        counts.filesTransferred += 1;
        counts.bytesTransferred += outcome.sizeBytes;
        counts.bytesResumed += outcome.resumedBytes;
        if (outcome.atSource !== undefined) counts.clearedAtSource += 1;
        break;
      case 'linked':
        counts.linksCreated += 1;
        break;
      case 'removed':
        if (outcome.what === 'directory') counts.directoriesRemoved += 1;
        else counts.removed += 1;
        counts.bytesRemoved += outcome.sizeBytes;
        break;
      case 'left':
        this.#left = countLeft(this.#left, outcome);
        break;
      case 'verified':
        counts.verifiedAtEnd += 1;
        break;
      case 'unchanged':
        counts.filesUnchanged += 1;
        counts.bytesUnchanged += outcome.sizeBytes;
        if (outcome.modeChanged) counts.modesChanged += 1;
        break;
      case 'directory':
        counts.directories += 1;
        if (outcome.created) counts.directoriesCreated += 1;
        break;
      case 'excluded':
        counts.excluded += 1;
        break;
      case 'skipped':
        counts.skipped += 1;
        if (this.skipped.length < mostNamed) this.skipped.push({ path: outcome.path, reason: outcome.reason });
        break;
      case 'failed':
        counts.failed += 1;
        if (this.failures.length < mostNamed) this.failures.push(outcome);
        break;
    }
  }

  counts(): Counts {
    return { ...this.#counts };
  }

  /** `isStopped`: by the time; what was listed and has no outcome is left, and there may be more. */
  left(isStopped: boolean): Left | undefined {
    if (!isStopped) return this.#left === undefined ? undefined : { ...this.#left, isAll: true };
    return {
      ...this.#left,
      limit: 'time',
      files: this.#listed.files - this.#settled.files,
      bytes: this.#listed.bytes - this.#settled.bytes,
      isAll: false,
    };
  }

  progress(elapsedMs: number): Progress {
    const { filesTransferred, filesUnchanged, failed } = this.#counts;
    return {
      listedFiles: this.#listed.files,
      listedBytes: this.#listed.bytes,
      isListed: this.#isListed,
      doneFiles: filesTransferred + filesUnchanged,
      transferredFiles: filesTransferred,
      receivedBytes: this.#receivedBytes,
      doneBytes: this.#arrivedBytes,
      failed,
      retries: this.#retries,
      elapsedMs,
    };
  }
}
