/**
 * Memory for one reply. The bytes of a DATA reply (type, id and length are 9 bytes before them) begin at a multiple of 8: V8 copies into shared
 * memory word by word then, and byte by byte otherwise.
 */

const alignment = 7;
/** Shorter replies come from Node's own pool. */
const leastOwnBytes = 4 * 1024;

export function replyMemory(lengthBytes: number): Buffer {
  if (lengthBytes < leastOwnBytes) return Buffer.allocUnsafe(lengthBytes);
  return Buffer.allocUnsafeSlow(alignment + lengthBytes).subarray(alignment);
}
