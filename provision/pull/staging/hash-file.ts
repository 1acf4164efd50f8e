/** SHA-256 of a local file, read back in blocks. */
import { createHash, type Hash } from 'node:crypto';
import { type Disk, pooledDisk } from '../destination/disk';

const blockBytes = 1024 * 1024;

/** A hash of the first `sizeBytes` bytes, still open for more. A file that ends earlier gives the hash of what is there. */
export async function hashFile(disk: Disk, fd: number, sizeBytes: number): Promise<Hash> {
  const hash = createHash('sha256');
  if (sizeBytes === 0) return hash;
  const block = Buffer.allocUnsafe(Math.min(blockBytes, Math.max(sizeBytes, 1)));
  // Blocks of a long file read on this thread would hold up the network for all of it.
  const reader = sizeBytes > blockBytes ? pooledDisk : disk;
  for (let offset = 0; offset < sizeBytes; ) {
    const wanted = Math.min(block.length, sizeBytes - offset);
    const count = await reader.read(fd, block.subarray(0, wanted), offset);
    if (count === 0) break;
    hash.update(block.subarray(0, count));
    offset += count;
  }
  return hash;
}
