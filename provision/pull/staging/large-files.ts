/**
 * Writing and hashing large files on threads of their own: the main thread is left to the network. SHA-256 and the copy into the page
 * cache cost as much together as decryption does; on one thread they would halve the speed.
 */
import { randomBytes } from 'node:crypto';
import { Blocks, FileThread } from './file-thread';
import { LargeFile } from './large-file';
import { macKeyBytes } from './mac';

/** Below this a message to another thread for each block costs more than it saves. */
export const leastLargeBytes = 4 * 1024 * 1024;

export interface LargeFileOptions {
  readonly hash: boolean;
  /** Whether it is to be read back. */
  readonly verify: boolean;
}

interface Busy {
  readonly thread: FileThread;
  files: number;
}

export class LargeFiles {
  readonly #writers: ThreadsOfOneKind;
  /** Others than write: what is read back is not to hold up what arrives. */
  readonly #readers: ThreadsOfOneKind;
  readonly #blocks = new Blocks();
  #nextId = 1;

  constructor(mostThreads: number) {
    this.#writers = new ThreadsOfOneKind(mostThreads);
    this.#readers = new ThreadsOfOneKind(1);
  }

  /** Takes over an open file whose first `sizeBytes` are there. `end` it before the descriptor is closed. */
  begin(fd: number, sizeBytes: number, { hash, verify }: LargeFileOptions): LargeFile {
    const writer = this.#writers.take();
    let reader: Busy | undefined;
    const id = this.#nextId;
    this.#nextId += 1;
    return new LargeFile(
      { id, fd, sizeBytes, hash, key: verify ? randomBytes(macKeyBytes) : undefined },
      {
        write: (order) => writer.thread.ask(order),
        read: (order, isMoreToCome) => {
          // What is read in one go, at the end, its own thread may read as well.
          if (isMoreToCome) reader ??= this.#readers.take();
          return (reader ?? writer).thread.ask(order);
        },
        take: () => {
          const block = this.#blocks.take();
          writer.thread.show(block);
          return block;
        },
        give: (block) => this.#blocks.give(block),
        onEnd: () => {
          writer.files -= 1;
          if (reader !== undefined) reader.files -= 1;
        },
      },
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.#writers.close(), this.#readers.close()]);
  }
}

class ThreadsOfOneKind {
  readonly #threads: Busy[] = [];

  constructor(private readonly most: number) {}

  /** The one with the least to do, for one file more. */
  take(): Busy {
    const chosen = this.#leastBusy();
    chosen.files += 1;
    return chosen;
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map(({ thread }) => thread.close()));
  }

  #leastBusy(): Busy {
    const idle = this.#threads.find(({ files }) => files === 0);
    if (idle !== undefined) return idle;
    if (this.#threads.length < this.most) {
      const started = { thread: new FileThread(), files: 0 };
      this.#threads.push(started);
      return started;
    }
    return this.#threads.reduce((least, each) => (each.files < least.files ? each : least));
  }
}
