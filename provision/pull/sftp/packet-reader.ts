/** Cuts the byte stream of a channel into SFTP packets, wherever the transport split or joined them. Each is copied once, into memory of its own. */
import { replyMemory } from './reply-memory';
import { MalformedPacketError } from './wire';

/**
 * Longest packet taken from a server. The draft asks for 34,000 bytes at least; OpenSSH sends up to 256 KiB and others
 * send longer NAME replies. Anything beyond this is not SFTP (a shell's greeting reads as a length of 1.5 GiB).
 */
export const maxPacketBytes = 4 * 1024 * 1024;

export class PacketReader {
  readonly #head = Buffer.alloc(4);
  #headBytes = 0;
  #body: Buffer | undefined;
  #bodyBytes = 0;

  /** `onPacket` gets the type and all that follows it. */
  constructor(private readonly onPacket: (type: number, body: Buffer) => void) {}

  /** What has come of the packet that is not whole yet. */
  get partialBytes(): number {
    return this.#body === undefined ? this.#headBytes : this.#bodyBytes;
  }

  /** Nobody holds anything of the chunk afterwards. Throws MalformedPacketError on a length no packet can have. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#body !== undefined) {
        at += this.#fillBody(this.#body, chunk, at);
        continue;
      }
      const copied = chunk.copy(this.#head, this.#headBytes, at, at + 4 - this.#headBytes);
      this.#headBytes += copied;
      at += copied;
      if (this.#headBytes < 4) break;
      this.#headBytes = 0;
      const length = this.#head.readUInt32BE(0);
      if (length < 1 || length > maxPacketBytes) {
        throw new MalformedPacketError(
          `the server sent a packet of ${length} bytes; SFTP packets here have 1 to ${maxPacketBytes}. It begins as "${this.#head.toString('latin1')}${chunk.toString('latin1', at, at + 60)}"`,
        );
      }
      this.#body = replyMemory(length);
      this.#bodyBytes = 0;
    }
  }

  #fillBody(body: Buffer, chunk: Buffer, at: number): number {
    const copied = chunk.copy(body, this.#bodyBytes, at);
    this.#bodyBytes += copied;
    if (this.#bodyBytes === body.length) {
      this.#body = undefined;
      this.onPacket(body.readUInt8(0), body.subarray(1));
    }
    return copied;
  }
}
