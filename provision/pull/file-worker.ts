/**
 * Writing and hashing large files on threads of their own: the main thread is left to the network. SHA-256 and the copy into the page
 * cache cost as much together as decryption does; on one thread they would halve the speed.
 *
 * A thread's program is a function's source text, not a file: the agent is one file on its host. So it refers to nothing around it.
 */
import type { createHash } from 'node:crypto';
import type * as FileSystem from 'node:fs';
import { type MessagePort, Worker } from 'node:worker_threads';

/** Below this a message to another thread costs more than it saves. */
export const leastWorkerBytes = 4 * 1024 * 1024;
/** Each file has two blocks of memory that both threads see: one is filled while the other is written. No bytes travel in messages. */
const blockBytes = 512 * 1024;

type Order =
  /** The first `sizeBytes` of a file are there already, and are hashed where that is wanted. */
  | ({ readonly kind: 'begin'; readonly blocks: readonly Uint8Array[] } & FileToWrite)
  | {
      readonly kind: 'write';
      readonly id: number;
      readonly block: number;
      readonly length: number;
      readonly position: number;
    }
  | { readonly kind: 'digest'; readonly id: number }
  | { readonly kind: 'digest-on-disk'; readonly id: number; readonly sizeBytes: number }
  | { readonly kind: 'end'; readonly id: number };

interface FileToWrite {
  readonly id: number;
  readonly fd: number;
  readonly sizeBytes: number;
  readonly hash: boolean;
}

interface Answer {
  readonly digest?: string;
  readonly error?: { readonly message: string; readonly code?: string | undefined };
}

interface Modules {
  readonly port: MessagePort;
  readonly fs: typeof FileSystem;
  readonly createHash: typeof createHash;
}

/** Answers each order in turn. */
function workerProgram({ port, fs, createHash }: Modules): void {
  const files = new Map<
    number,
    {
      readonly fd: number;
      readonly blocks: readonly Uint8Array[];
      readonly hash: ReturnType<typeof createHash> | undefined;
      isBroken: boolean;
    }
  >();
  const block = Buffer.allocUnsafeSlow(1024 * 1024);
  const hashFile = (fd: number, sizeBytes: number) => {
    const hash = createHash('sha256');
    for (let offset = 0; offset < sizeBytes; ) {
      const count = fs.readSync(fd, block, 0, Math.min(block.length, sizeBytes - offset), offset);
      if (count === 0) break;
      hash.update(block.subarray(0, count));
      offset += count;
    }
    return hash;
  };
  const obey = (order: Order): Answer => {
    const file = files.get(order.id);
    switch (order.kind) {
      case 'begin':
        files.set(order.id, {
          fd: order.fd,
          blocks: order.blocks,
          hash: order.hash ? hashFile(order.fd, order.sizeBytes) : undefined,
          isBroken: false,
        });
        return {};
      case 'write': {
        const bytes = file?.blocks[order.block]?.subarray(0, order.length);
        // After a block that failed none may follow, or a length would hide the hole.
        if (file === undefined || bytes === undefined || file.isBroken) return {};
        file.isBroken = true;
        for (let done = 0; done < bytes.length; ) {
          done += fs.writeSync(file.fd, bytes, done, bytes.length - done, order.position + done);
        }
        file.isBroken = false;
        file.hash?.update(bytes);
        return {};
      }
      case 'digest':
        return { digest: file?.hash?.digest('hex') ?? '' };
      case 'digest-on-disk':
        return { digest: file === undefined ? '' : hashFile(file.fd, order.sizeBytes).digest('hex') };
      case 'end':
        files.delete(order.id);
        return {};
    }
  };
  port.on('messageerror', ({ message }: Error) => port.postMessage({ error: { message } }));
  port.on('message', (order: Order) => {
    try {
      port.postMessage(obey(order));
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      port.postMessage({ error: { message, code } });
    }
  });
}

interface Thread {
  readonly worker: Worker;
  /** Orders are answered in their order. */
  readonly waiting: { readonly resolve: (digest: string) => void; readonly reject: (error: Error) => void }[];
  files: number;
  /** Why it takes no more orders. */
  ended: Error | undefined;
}

export class FileWorkers {
  readonly #threads: Thread[] = [];
  readonly #spare: (readonly Uint8Array[])[] = [];
  #nextId = 1;

  constructor(private readonly mostThreads: number) {}

  /** Takes over an open file whose first `sizeBytes` are there. `end` it before the descriptor is closed. */
  begin(fd: number, sizeBytes: number, hash: boolean): WorkerFile {
    const thread = this.#leastBusy();
    const id = this.#nextId;
    this.#nextId += 1;
    thread.files += 1;
    const blocks = this.#spare.pop() ?? [sharedBlock(), sharedBlock()];
    return new WorkerFile({ id, fd, sizeBytes, hash }, blocks, {
      ask: (order) => ask(thread, order),
      onEnd: () => {
        thread.files -= 1;
        this.#spare.push(blocks);
      },
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map(({ worker }) => worker.terminate()));
  }

  #leastBusy(): Thread {
    const idle = this.#threads.find(({ files }) => files === 0);
    if (idle !== undefined) return idle;
    if (this.#threads.length < this.mostThreads) return this.#start();
    return this.#threads.reduce((least, each) => (each.files < least.files ? each : least));
  }

  #start(): Thread {
    // Tools that run TypeScript directly wrap named functions in a helper of theirs.
    const program = `const __name = (f) => f; (${workerProgram})({ port: require('worker_threads').parentPort, fs: require('fs'), createHash: require('crypto').createHash });`;
    const thread: Thread = { worker: new Worker(program, { eval: true }), waiting: [], files: 0, ended: undefined };
    const failAll = (error: Error) => {
      thread.ended ??= error;
      for (const { reject } of thread.waiting.splice(0)) reject(error);
    };
    thread.worker.on('message', ({ digest = '', error }: Answer) => {
      const next = thread.waiting.shift();
      if (error === undefined) next?.resolve(digest);
      else next?.reject(Object.assign(new Error(error.message), { code: error.code }));
    });
    thread.worker.on('error', failAll);
    thread.worker.on('messageerror', failAll);
    thread.worker.on('exit', () => failAll(new Error('the thread that writes files ended')));
    this.#threads.push(thread);
    return thread;
  }
}

function ask({ worker, waiting, ended }: Thread, order: Order): Promise<string> {
  if (ended !== undefined) return Promise.reject(ended);
  return new Promise((resolve, reject) => {
    waiting.push({ resolve, reject });
    worker.postMessage(order);
  });
}

function sharedBlock(): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(blockBytes));
}

interface Hands {
  readonly ask: (order: Order) => Promise<string>;
  readonly onEnd: () => void;
}

/** One file in a thread's hands, written from where it is on. An error of the disk (`code` ENOSPC and so on) shows at a later call. */
export class WorkerFile {
  readonly #free: Promise<unknown>[] = [];
  #current = 0;
  #filledBytes = 0;
  #position: number;
  #writtenBytes: number;
  #error: Error | undefined;

  constructor(
    private readonly file: FileToWrite,
    private readonly blocks: readonly Uint8Array[],
    private readonly hands: Hands,
  ) {
    this.#position = file.sizeBytes;
    this.#writtenBytes = file.sizeBytes;
    void this.#later(hands.ask({ kind: 'begin', blocks, ...file }));
  }

  /** What the thread has written, from the file's start. */
  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  /** Resolves when everything given is written. */
  async settle(): Promise<void> {
    if (this.#filledBytes > 0) this.#send();
    await Promise.all(this.#free);
    if (this.#error !== undefined) throw this.#error;
  }

  /** Copies the bytes; resolves when they may be used again. */
  async write(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      if (this.#filledBytes === 0) await this.#free[this.#current];
      const some = bytes.subarray(done, done + blockBytes - this.#filledBytes);
      this.blocks[this.#current]?.set(some, this.#filledBytes);
      this.#filledBytes += some.length;
      done += some.length;
      if (this.#filledBytes === blockBytes) this.#send();
    }
    if (this.#error !== undefined) throw this.#error;
  }

  /** Of everything written; '' where hashing was not wanted. Ends the hashing. */
  digest(): Promise<string> {
    return this.#after({ kind: 'digest', id: this.file.id });
  }

  /** Reads back the first `sizeBytes`. */
  digestOnDisk(sizeBytes: number): Promise<string> {
    return this.#after({ kind: 'digest-on-disk', id: this.file.id, sizeBytes });
  }

  /** Waits for what is under way; the descriptor is the caller's again. Rejects where not everything could be written. */
  async end(): Promise<void> {
    try {
      await this.#after({ kind: 'end', id: this.file.id });
    } finally {
      this.hands.onEnd();
    }
  }

  async #after(order: Order): Promise<string> {
    if (this.#filledBytes > 0) this.#send();
    const answer = await this.hands.ask(order);
    if (this.#error !== undefined) throw this.#error;
    return answer;
  }

  #send(): void {
    const length = this.#filledBytes;
    const written = this.hands.ask({
      kind: 'write',
      id: this.file.id,
      block: this.#current,
      length,
      position: this.#position,
    });
    this.#position += length;
    const reached = this.#position;
    this.#free[this.#current] = this.#later(
      written.then(() => {
        if (this.#error === undefined) this.#writtenBytes = reached;
      }),
    );
    this.#filledBytes = 0;
    this.#current = 1 - this.#current;
  }

  #later(done: Promise<unknown>): Promise<unknown> {
    return done.catch((error: Error) => {
      this.#error ??= error;
    });
  }
}
