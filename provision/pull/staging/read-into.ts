/** A local file, read in blocks. */
import { type Disk, pooledDisk } from '../destination/disk';

const blockBytes = 1024 * 1024;

export interface Taker {
  update(bytes: Uint8Array): unknown;
}

/** Gives the first `sizeBytes` bytes to each taker; of a file that ends earlier, what is there. */
export async function readInto(
  takers: readonly Taker[],
  { disk, fd, sizeBytes }: { readonly disk: Disk; readonly fd: number; readonly sizeBytes: number },
): Promise<void> {
  if (sizeBytes === 0 || takers.length === 0) return;
  const block = Buffer.allocUnsafe(Math.min(blockBytes, sizeBytes));
  // Blocks of a long file read on this thread would hold up the network for all of it.
  const reader = sizeBytes > blockBytes ? pooledDisk : disk;
  for (let offset = 0; offset < sizeBytes; ) {
    const wanted = Math.min(block.length, sizeBytes - offset);
    const count = await reader.read(fd, block.subarray(0, wanted), offset);
    if (count === 0) break;
    for (const taker of takers) taker.update(block.subarray(0, count));
    offset += count;
  }
}
