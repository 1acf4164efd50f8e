/** One file in the hands of a thread that writes it, and of one that reads it back. */
import { type Block, blockBytes } from './file-thread';
import type { Answer, FileToWrite, Order } from './file-thread-orders';

/** A file fills one block while another is written. */
const mostUnderWay = 2;
/** Read back at one time, while the file grows. */
const leastReadBackBytes = 16 * 1024 * 1024;

interface Hands {
  readonly write: (order: Order) => Promise<Answer>;
  readonly read: (order: Order, isMoreToCome?: boolean) => Promise<Answer>;
  readonly take: () => Block;
  readonly give: (block: Block) => void;
  readonly onEnd: () => void;
}

/** One file in a thread's hands, written from where it is on. An error of the disk (`code` ENOSPC and so on) shows at a later call. */
export class LargeFile {
  readonly #underWay: Promise<void>[] = [];
  #current: Block | undefined;
  #filledBytes = 0;
  #position: number;
  #writtenBytes: number;
  #error: Error | undefined;
  #askedBackBytes = 0;
  /** Of all that was asked for before: orders are done in turn. */
  #readBack: Promise<void> | undefined;
  /** Of what was written. */
  #tag: string | undefined;

  constructor(
    private readonly file: FileToWrite,
    private readonly hands: Hands,
  ) {
    this.#position = file.sizeBytes;
    this.#writtenBytes = file.sizeBytes;
    void this.#later(hands.write({ kind: 'begin', ...file }));
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

  /** Nothing can be written after it. Resolves with the SHA-256 of everything; '' where hashing was not wanted. */
  async finish(): Promise<string> {
    const { sha256 = '', tag } = await this.#after({ kind: 'finish', id: this.file.id });
    this.#tag = tag;
    return sha256;
  }

  /** Begins to read back what is written, while more arrives: at the end only the rest is left. */
  readBack(sizeBytes: number): void {
    if (sizeBytes - this.#askedBackBytes < leastReadBackBytes) return;
    this.#readBack = this.#readBackTo(sizeBytes, true);
    this.#readBack.catch(() => undefined);
  }

  /** Reads back the rest. To be called after `finish`; resolves with whether everything is as it was written. */
  async isAsWritten(): Promise<boolean> {
    await this.#readBack;
    await this.#readBackTo(this.#position, false);
    const { tag } = await this.hands.read({ kind: 'finish-read-back', id: this.file.id });
    return tag !== undefined && tag === this.#tag;
  }

  /** Waits for what is under way; the descriptor is the caller's again. Rejects where not everything could be written. */
  async end(): Promise<void> {
    const order = { kind: 'end', id: this.file.id } as const;
    try {
      await this.#after(order);
    } finally {
      if (this.#askedBackBytes > 0) await this.hands.read(order).catch(() => undefined);
      this.hands.onEnd();
    }
  }

  async #readBackTo(sizeBytes: number, isMoreToCome: boolean): Promise<void> {
    const { id, fd, key } = this.file;
    if (key === undefined) throw new Error('a file that was begun without a key cannot be read back');
    this.#askedBackBytes = sizeBytes;
    await this.hands.read({ kind: 'read-back', id, fd, sizeBytes, key }, isMoreToCome);
  }

  async #after(order: Order): Promise<Answer> {
    if (this.#current !== undefined) this.#send(this.#current);
    const answer = await this.hands.write(order);
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
    const written = this.hands.write(order);
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
