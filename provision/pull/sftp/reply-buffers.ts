/**
 * Memory for long replies, used again: a fresh block for each would cost page faults and collection. The bytes of a DATA reply (type, id and
 * length are 9 bytes before them) begin at a multiple of 8: V8 copies into shared memory word by word then, and byte by byte otherwise.
 */

const blockBytes = 256 * 1024;
const alignment = 7;
/** Shorter replies come from Node's own pool, or are views of what was decrypted. */
const leastBytes = 64 * 1024;
/** Blocks kept when nobody uses them. */
const mostSpare = 16;

export class ReplyBuffers {
  readonly #spare: Buffer[] = [];
  /** Blocks that somebody has. Not told by their size: a chunk from the socket may have the same, and hold other replies. */
  readonly #lent = new WeakSet<ArrayBufferLike>();

  take(lengthBytes: number): Buffer {
    if (lengthBytes < leastBytes || lengthBytes > blockBytes - alignment) return Buffer.allocUnsafe(lengthBytes);
    const block = this.#spare.pop() ?? Buffer.allocUnsafeSlow(blockBytes);
    this.#lent.add(block.buffer);
    return block.subarray(alignment, alignment + lengthBytes);
  }

  /** Takes back a block by any view of it that `take` led to. Nobody may look at it any more. May be called with other memory: nothing happens. */
  give({ buffer }: Buffer): void {
    if (!this.#lent.delete(buffer) || this.#spare.length >= mostSpare) return;
    this.#spare.push(Buffer.from(buffer as ArrayBuffer));
  }
}
