/**
 * Small files, each made, written, hashed, given its metadata, synced and read back in one go, many with one order to a thread: the network has the
 * main thread to itself meanwhile, and a message costs a twentieth of what it would for each file.
 *
 * One thread where that is work for a processor; more where it is waiting, for a disk to sync or for Lustre's servers.
 */
import type { WantedMetadata } from '../destination/metadata';
import { Blocks, blockBytes, errorOf, FileThread } from './file-thread';
import type { Answer, FileResult, FileToMake, FileToRename } from './file-thread-orders';

/** Longer ones are not `SmallFiles`' business. */
export const mostSmallBytes = 256 * 1024;
const mostInOrder = 64;
/** Orders a thread has at one time: one to do, one to go on with. */
const mostOrders = 2;
/** More threads are worth while from here on: what each file waits for storage. */
const longMs = 0.04;

export interface SmallFile {
  readonly path: string;
  readonly bytes: readonly Buffer[];
  readonly metadata: WantedMetadata;
}

export interface SmallFilesOptions {
  readonly mostThreads: number;
  /** See `Guarantees`. */
  readonly hash: boolean;
  readonly sync: boolean;
  readonly verify: boolean;
  /** Called before files are seen at the destination, once for all that go together; where it throws they are not. */
  readonly beforeRename: () => void;
  /** For tests. */
  readonly newThread?: () => Thread;
}

type Thread = Pick<FileThread, 'load' | 'ask' | 'show' | 'close'>;

export type MadeFile = Omit<FileResult, 'error'>;

interface Waiting<Item> {
  readonly item: Item;
  readonly resolve: (result: MadeFile) => void;
  readonly reject: (error: unknown) => void;
}

export class SmallFiles {
  readonly #threads: Thread[] = [];
  readonly #blocks = new Blocks();
  #toMake: Waiting<SmallFile>[] = [];
  #toRename: Waiting<FileToRename>[] = [];
  #isScheduled = false;
  #isClosed = false;
  /** For storage, by one file, lately. */
  #waitMs = 0;

  constructor(private readonly options: SmallFilesOptions) {}

  /** The first thread comes up meanwhile. */
  start(): void {
    this.#newThread();
  }

  /** Resolves with its digest, and whether what was read back is what was written. Where it rejects there may be a file all the same. */
  make(file: SmallFile): Promise<MadeFile> {
    return new Promise((resolve, reject) => {
      this.#toMake.push({ item: file, resolve, reject });
      this.#schedule();
    });
  }

  async rename(from: string, to: string): Promise<void> {
    await new Promise<MadeFile>((resolve, reject) => {
      this.#toRename.push({ item: { from, to }, resolve, reject });
      this.#schedule();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#threads.splice(0).map((thread) => thread.close()));
  }

  /** What a turn of the event loop brings goes together. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    if (this.#isClosed) {
      const waiting = [...this.#toMake.splice(0), ...this.#toRename.splice(0)];
      for (const { reject } of waiting) reject(new Error('the threads that write files have ended'));
    }
    while (this.#toMake.length > 0 || this.#toRename.length > 0) {
      const thread = this.#freeThread();
      if (thread === undefined) return;
      // Renames first: they end files, and what they hold.
      if (this.#toRename.length > 0) this.#sendRenames(thread);
      else this.#sendFiles(thread);
    }
  }

  #freeThread(): Thread | undefined {
    const least = this.#threads.reduce<Thread | undefined>(
      (best, each) => (best === undefined || each.load < best.load ? each : best),
      undefined,
    );
    const mayStart = this.#threads.length < (this.#isWaiting ? this.options.mostThreads : 1);
    if (mayStart && (least === undefined || least.load > 0)) {
      return this.#newThread();
    }
    return least !== undefined && least.load < mostOrders ? least : undefined;
  }

  get #isWaiting(): boolean {
    return this.#waitMs > longMs;
  }

  #newThread(): Thread {
    const { newThread = () => new FileThread() } = this.options;
    const thread = newThread();
    this.#threads.push(thread);
    return thread;
  }

  /** Where files wait, each thread gets its share of what is there. */
  #most(waiting: number): number {
    const { mostThreads } = this.options;
    return this.#isWaiting ? Math.min(mostInOrder, Math.ceil(waiting / mostThreads)) : mostInOrder;
  }

  #sendRenames(thread: Thread): void {
    const some = this.#toRename.splice(0, this.#most(this.#toRename.length));
    try {
      this.options.beforeRename();
    } catch (error) {
      for (const { reject } of some) reject(error);
      return;
    }
    this.#settle(some, thread.ask({ kind: 'rename', files: some.map(({ item }) => item) }));
  }

  #sendFiles(thread: Thread): void {
    const { hash, sync, verify } = this.options;
    const block = this.#blocks.take();
    const most = this.#most(this.#toMake.length);
    const files: FileToMake[] = [];
    let filled = 0;
    for (const { item } of this.#toMake) {
      const { path, bytes, metadata } = item;
      const length = bytes.reduce((sum, some) => sum + some.length, 0);
      const offset = alignedWith(bytes[0], filled);
      if (files.length === most || offset + length > blockBytes) break;
      filled = offset;
      for (const some of bytes) {
        block.memory.set(some, filled);
        filled += some.length;
      }
      files.push({ path, offset, length, ...metadata, hash, sync, verify });
    }
    thread.show(block);
    const done = this.#settle(
      this.#toMake.splice(0, files.length),
      thread.ask({ kind: 'make', block: block.number, files }),
    );
    void done.then(() => this.#blocks.give(block));
  }

  async #settle(some: readonly Waiting<unknown>[], answered: Promise<Answer>): Promise<void> {
    try {
      const { results = [], waitMs = this.#waitMs } = await answered;
      this.#waitMs = waitMs;
      for (const [index, { resolve, reject }] of some.entries()) {
        const { error, ...result } = results[index] ?? {};
        if (error === undefined) resolve(result);
        else reject(errorOf(error));
      }
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
    this.#schedule();
  }
}

/** V8 copies into shared memory word by word where both sides are alike modulo 8, and byte by byte otherwise. */
function alignedWith(bytes: Buffer | undefined, position: number): number {
  return position + (((((bytes?.byteOffset ?? 0) - position) % 8) + 8) % 8);
}
