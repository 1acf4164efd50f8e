/**
 * Writing and hashing large files on threads of their own: the main thread is left to the network. SHA-256 and the copy into the page
 * cache cost as much together as decryption does; on one thread they would halve the speed.
 *
 * A thread's program is a function's source text, not a file: the agent is one file on its host. So it refers to nothing around it.
 */
import { Worker } from 'node:worker_threads';
import { type Answer, type Order, workerProgram } from './file-worker-program';
import { type Block, blockBytes, WorkerFile } from './worker-file';

/** Below this a message to another thread costs more than it saves. */
export const leastWorkerBytes = 4 * 1024 * 1024;

interface Thread {
  readonly worker: Worker;
  /** Orders are answered in their order. */
  readonly waiting: { readonly resolve: (digest: string) => void; readonly reject: (error: Error) => void }[];
  files: number;
  /** Blocks it knows. */
  readonly known: Set<number>;
  /** Why it takes no more orders. */
  ended: Error | undefined;
}

export class FileWorkers {
  readonly #threads: Thread[] = [];
  readonly #spare: Block[] = [];
  #blocks = 0;
  #nextId = 1;

  constructor(private readonly mostThreads: number) {}

  /** Takes over an open file whose first `sizeBytes` are there. `end` it before the descriptor is closed. */
  begin(fd: number, sizeBytes: number, hash: boolean): WorkerFile {
    const thread = this.#leastBusy();
    const id = this.#nextId;
    this.#nextId += 1;
    thread.files += 1;
    return new WorkerFile(
      { id, fd, sizeBytes, hash },
      {
        ask: (order) => ask(thread, order),
        take: () => this.#takeFor(thread),
        give: (block) => this.#spare.push(block),
        onEnd: () => {
          thread.files -= 1;
        },
      },
    );
  }

  #takeFor(thread: Thread): Block {
    const block = this.#spare.pop() ?? this.#newBlock();
    if (!thread.known.has(block.number)) {
      thread.known.add(block.number);
      // Where the thread is gone, the next order says so.
      ask(thread, { kind: 'learn', block: block.number, memory: block.memory }).catch(() => undefined);
    }
    return block;
  }

  #newBlock(): Block {
    this.#blocks += 1;
    return { number: this.#blocks, memory: new Uint8Array(new SharedArrayBuffer(blockBytes)) };
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
    const worker = new Worker(program, { eval: true });
    const thread: Thread = { worker, waiting: [], files: 0, known: new Set(), ended: undefined };
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
