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
/** Bytes handed over and not yet written, for each file. */
const mostUnwrittenBytes = 8 * 1024 * 1024;

type Order =
  /** The first `sizeBytes` of a file are there already, and are hashed where that is wanted. */
  | {
      readonly kind: 'begin';
      readonly id: number;
      readonly fd: number;
      readonly sizeBytes: number;
      readonly hash: boolean;
    }
  | { readonly kind: 'write'; readonly id: number; readonly bytes: Uint8Array; readonly position: number }
  | { readonly kind: 'digest'; readonly id: number }
  | { readonly kind: 'digest-on-disk'; readonly id: number; readonly sizeBytes: number }
  | { readonly kind: 'end'; readonly id: number };

interface Answer {
  readonly digest?: string;
  readonly error?: { readonly message: string; readonly code: string | undefined };
}

interface Modules {
  readonly port: MessagePort;
  readonly fs: typeof FileSystem;
  readonly createHash: typeof createHash;
}

/** Answers each order in turn. */
function workerProgram({ port, fs, createHash }: Modules): void {
  const files = new Map<number, { readonly fd: number; readonly hash: ReturnType<typeof createHash> | undefined }>();
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
        files.set(order.id, { fd: order.fd, hash: order.hash ? hashFile(order.fd, order.sizeBytes) : undefined });
        return {};
      case 'write':
        for (let done = 0; file !== undefined && done < order.bytes.length; ) {
          done += fs.writeSync(file.fd, order.bytes, done, order.bytes.length - done, order.position + done);
        }
        file?.hash?.update(order.bytes);
        return {};
      case 'digest':
        return { digest: file?.hash?.digest('hex') ?? '' };
      case 'digest-on-disk':
        return { digest: file === undefined ? '' : hashFile(file.fd, order.sizeBytes).digest('hex') };
      case 'end':
        files.delete(order.id);
        return {};
    }
  };
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
  #nextId = 1;

  constructor(private readonly mostThreads: number) {}

  /** Takes over an open file whose first `sizeBytes` are there. `end` it before the descriptor is closed. */
  begin(fd: number, sizeBytes: number, hash: boolean): WorkerFile {
    const thread = this.#leastBusy();
    const id = this.#nextId;
    this.#nextId += 1;
    return new WorkerFile((order, transfer) => ask(thread, order, transfer), thread, { id, fd, sizeBytes, hash });
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
    thread.worker.on('exit', () => failAll(new Error('the thread that writes files ended')));
    this.#threads.push(thread);
    return thread;
  }
}

function ask(thread: Thread, order: Order, transfer: readonly ArrayBuffer[] = []): Promise<string> {
  const { worker, waiting, ended } = thread;
  if (ended !== undefined) return Promise.reject(ended);
  return new Promise((resolve, reject) => {
    waiting.push({ resolve, reject });
    worker.postMessage(order, [...transfer]);
  });
}

/** One file in a thread's hands. An error of the disk (`code` ENOSPC and so on) shows at the next call. */
export class WorkerFile {
  #unwrittenBytes = 0;
  #wake: () => void = () => undefined;
  #error: Error | undefined;

  constructor(
    private readonly ask: (order: Order, transfer?: readonly ArrayBuffer[]) => Promise<string>,
    private readonly thread: { files: number },
    private readonly file: {
      readonly id: number;
      readonly fd: number;
      readonly sizeBytes: number;
      readonly hash: boolean;
    },
  ) {
    thread.files += 1;
    this.#later(ask({ kind: 'begin', ...file }));
  }

  /** Resolves when there is room for more. `bytes` are given away: what else shares their memory must not be used again. */
  async write(bytes: Buffer, position: number): Promise<void> {
    const { length } = bytes;
    this.#unwrittenBytes += length;
    const written = this.ask({ kind: 'write', id: this.file.id, bytes, position }, ownMemory(bytes));
    this.#later(
      written.finally(() => {
        this.#unwrittenBytes -= length;
        this.#wake();
      }),
    );
    while (this.#unwrittenBytes > mostUnwrittenBytes && this.#error === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#error !== undefined) throw this.#error;
  }

  /** Of everything written, in its order; '' where hashing was not wanted. Ends the hashing. */
  digest(): Promise<string> {
    return this.#after({ kind: 'digest', id: this.file.id });
  }

  digestOnDisk(sizeBytes: number): Promise<string> {
    return this.#after({ kind: 'digest-on-disk', id: this.file.id, sizeBytes });
  }

  /** Waits for what is under way; the descriptor is the caller's again. */
  async end(): Promise<void> {
    this.thread.files -= 1;
    await this.ask({ kind: 'end', id: this.file.id }).catch(() => undefined);
  }

  async #after(order: Order): Promise<string> {
    const answer = await this.ask(order);
    if (this.#error !== undefined) throw this.#error;
    return answer;
  }

  #later(done: Promise<unknown>): void {
    done.catch((error: Error) => {
      this.#error ??= error;
      this.#wake();
    });
  }
}

/** The buffer, where these bytes are all but its head: then it moves and is not copied. */
function ownMemory({ buffer, length }: Buffer): readonly ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && buffer.byteLength - length < 64 ? [buffer] : [];
}
