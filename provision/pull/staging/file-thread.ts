/**
 * A thread that does what it is told with local files, one order after another, and the memory that both sides see.
 *
 * Its program is the source text of functions, not a file: the agent is one file on its host. So they refer to nothing around them.
 */
import { Worker } from 'node:worker_threads';
import type { Answer, Order } from './file-thread-orders';
import { threadParts, threadProgram } from './file-thread-program';

/** Bytes travel in blocks, not in messages. */
export const blockBytes = 1024 * 1024;

/** A thread makes little garbage, and V8 would let it keep tens of MiB of it. */
const mostYoungMb = 2;

export interface Block {
  readonly number: number;
  readonly memory: Uint8Array;
}

export class FileThread {
  readonly #worker: Worker;
  /** Orders are answered in their order. */
  readonly #waiting: { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void }[] = [];
  /** Blocks it knows. */
  readonly #known = new Set<number>();
  /** Why it takes no more orders. */
  #ended: Error | undefined;

  constructor() {
    this.#worker = new Worker(programText(), { eval: true, resourceLimits: { maxYoungGenerationSizeMb: mostYoungMb } });
    const failAll = (error: Error) => {
      this.#ended ??= error;
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    };
    this.#worker.on('message', (answer: Answer) => {
      const next = this.#waiting.shift();
      if (answer.error === undefined) next?.resolve(answer);
      else next?.reject(errorOf(answer.error));
    });
    this.#worker.on('error', failAll);
    this.#worker.on('messageerror', failAll);
    this.#worker.on('exit', () => failAll(new Error('the thread that writes files ended')));
  }

  /** Orders not answered yet. */
  get load(): number {
    return this.#waiting.length;
  }

  /** Rejects with the error of a file call (`code` ENOSPC and so on), or where the thread is gone. */
  ask(order: Order): Promise<Answer> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(order);
    });
  }

  /** Before a block is named in an order. */
  show({ number, memory }: Block): void {
    if (this.#known.has(number)) return;
    this.#known.add(number);
    // Where the thread is gone, the next order says so.
    this.ask({ kind: 'learn', block: number, memory }).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

function programText(): string {
  const parts = Object.entries(threadParts).map(([name, part]) => `${name}: ${part}`);
  return `
// Tools that run TypeScript directly wrap named functions in a helper of theirs.
const __name = (f) => f;
const { performance } = require('perf_hooks');
const modules = { port: require('worker_threads').parentPort, fs: require('fs'), crypto: require('crypto'), now: () => performance.now() };
(${threadProgram})(modules, { ${parts.join(',\n')} });`;
}

/** An error that crossed from the thread: `code` and `syscall` as Node.js has them. */
export function errorOf({ message, code, syscall }: NonNullable<Answer['error']>): Error {
  return Object.assign(new Error(message), { code, syscall });
}

/** The blocks of all threads: free ones are anybody's. */
export class Blocks {
  readonly #spare: Block[] = [];
  #count = 0;

  take(): Block {
    const spare = this.#spare.pop();
    if (spare !== undefined) return spare;
    this.#count += 1;
    return { number: this.#count, memory: new Uint8Array(new SharedArrayBuffer(blockBytes)) };
  }

  give(block: Block): void {
    this.#spare.push(block);
  }
}
