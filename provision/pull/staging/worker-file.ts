/** One file in the hands of a thread that writes it. */
import type { FileToWrite, Order } from './file-worker-program';

/**
 * Bytes travel in blocks of memory that both threads see, not in messages. A file fills one while another is written; between files they are
 * anybody's.
 */
export const blockBytes = 1024 * 1024;
const mostUnderWay = 2;

export interface Block {
  readonly number: number;
  readonly memory: Uint8Array;
}

interface Hands {
  readonly ask: (order: Order) => Promise<string>;
  readonly take: () => Block;
  readonly give: (block: Block) => void;
  readonly onEnd: () => void;
}

/** One file in a thread's hands, written from where it is on. An error of the disk (`code` ENOSPC and so on) shows at a later call. */
export class WorkerFile {
  readonly #underWay: Promise<void>[] = [];
  #current: Block | undefined;
  #filledBytes = 0;
  #position: number;
  #writtenBytes: number;
  #error: Error | undefined;

  constructor(
    private readonly file: FileToWrite,
    private readonly hands: Hands,
  ) {
    this.#position = file.sizeBytes;
    this.#writtenBytes = file.sizeBytes;
    void this.#later(hands.ask({ kind: 'begin', ...file }));
  }

  /** What the thread has written, from the file's start. */
  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  /** Resolves when everything given is written. */
  async settle(): Promise<void> {
    if (this.#current !== undefined) this.#send(this.#current);
    await Promise.all(this.#underWay.splice(0));
    if (this.#error !== undefined) throw this.#error;
  }

  /** Copies the bytes; resolves when they may be used again. */
  async write(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      if (this.#current === undefined && this.#underWay.length === mostUnderWay) await this.#underWay.shift();
      this.#current ??= this.hands.take();
      const some = bytes.subarray(done, done + blockBytes - this.#filledBytes);
      this.#current.memory.set(some, this.#filledBytes);
      this.#filledBytes += some.length;
      done += some.length;
      if (this.#filledBytes === blockBytes) this.#send(this.#current);
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
    if (this.#current !== undefined) this.#send(this.#current);
    const answer = await this.hands.ask(order);
    if (this.#error !== undefined) throw this.#error;
    return answer;
  }

  #send(block: Block): void {
    const { id } = this.file;
    const order = {
      kind: 'write',
      id,
      block: block.number,
      length: this.#filledBytes,
      position: this.#position,
    } as const;
    const written = this.hands.ask(order);
    this.#position += this.#filledBytes;
    const reached = this.#position;
    const settled = this.#later(
      written.then(() => {
        if (this.#error === undefined) this.#writtenBytes = reached;
      }),
    );
    this.#underWay.push(settled.then(() => this.hands.give(block)));
    this.#filledBytes = 0;
    this.#current = undefined;
  }

  #later(done: Promise<unknown>): Promise<unknown> {
    return done.catch((error: Error) => {
      this.#error ??= error;
    });
  }
}
