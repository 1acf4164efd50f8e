/**
 * One member of a gzipped tar archive, streamed. The format is POSIX ustar (IEEE Std 1003.1, pax, "ustar Interchange Format"): each
 * member is a block of 512 bytes with its name at 0, its size in octal at 124 and a prefix of the name at 345, then its content
 * padded to whole blocks. Extended headers are members too, and passed over: `npm pack` needs none for names this short.
 */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

const blockBytes = 512;

/** The content of the member `name`, in pieces. Throws where the archive has none, is cut short or is no archive. */
export async function* tarMember(archive: string, name: string): AsyncGenerator<Buffer> {
  const unzipped = createGunzip();
  // Errors surface where `unzipped` is read.
  pipeline(createReadStream(archive), unzipped, () => {});
  let pending: Buffer = Buffer.alloc(0);
  let skipBytes = 0;
  let wantedBytes: number | undefined;
  for await (const chunk of unzipped as AsyncIterable<Buffer>) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const skipped = Math.min(skipBytes, pending.length);
      skipBytes -= skipped;
      pending = pending.subarray(skipped);
      if (wantedBytes !== undefined) {
        const piece = pending.subarray(0, wantedBytes);
        wantedBytes -= piece.length;
        yield piece;
        if (wantedBytes === 0) return;
        pending = Buffer.alloc(0);
        break;
      }
      if (skipBytes > 0 || pending.length < blockBytes) break;
      const header = pending.subarray(0, blockBytes);
      pending = pending.subarray(blockBytes);
      const sizeBytes = Number.parseInt(field(header, 124, 12) || '0', 8);
      if (Number.isNaN(sizeBytes)) throw new Error(`${archive} is not a tar archive`);
      if (nameOf(header) === name) wantedBytes = sizeBytes;
      else skipBytes = Math.ceil(sizeBytes / blockBytes) * blockBytes;
    }
  }
  throw new Error(wantedBytes === undefined ? `${archive} has no ${name}` : `${archive} is cut short`);
}

function nameOf(header: Buffer): string {
  const prefix = field(header, 345, 155);
  return prefix === '' ? field(header, 0, 100) : `${prefix}/${field(header, 0, 100)}`;
}

function field(header: Buffer, offset: number, length: number): string {
  const text = header.toString('latin1', offset, offset + length);
  const end = text.indexOf('\0');
  return (end === -1 ? text : text.slice(0, end)).trim();
}
