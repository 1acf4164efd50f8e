/**
 * The TCP connection beneath SSH. Node allocates 64 KiB for each read of a socket; here all reads go into one block of memory, so that a fast
 * line costs neither allocation nor collection, and half as many calls.
 *
 * Whoever gets a chunk must be done with it when the call returns. ssh2 is, once packets are encrypted and decrypted by node:crypto, which
 * answers with memory of its own. Until `reuse` is called each chunk is therefore a copy: of the handshake ssh2 keeps slices, and its native addon,
 * where there is one, decrypts in place.
 *
 * Where packets begin is told by `reuse`'s caller: whole ones are handed on then, and what has come of the last one waits at the block's start for the rest. ssh2
 * decrypts the parts of a packet each by itself and puts them together in new memory.
 */
import { connect, type Socket } from 'node:net';
import { greetingGate } from '../../core/greeting';

const blockBytes = 256 * 1024;

export interface ReceivingSocket {
  readonly socket: Socket;
  /** From now on chunks are good until the listener returns. `isAtPacket`: whether the next byte begins a packet with its length in clear. */
  reuse(isAtPacket: () => boolean): void;
}

export function openSocket({ host, port }: { readonly host: string; readonly port: number }): ReceivingSocket {
  const block = Buffer.allocUnsafeSlow(blockBytes);
  /** Of a packet or greeting that is not whole yet, at the block's start. */
  let keptBytes = 0;
  const mayHandOn = greetingGate();
  let isAtPacket: (() => boolean) | undefined;
  const endOfWhole = (received: Buffer): number => {
    if (isAtPacket !== undefined) return isAtPacket() ? endOfWholePackets(received) : received.length;
    return mayHandOn(received) ? received.length : 0;
  };
  const handOn = (length: number): void => {
    const received = block.subarray(0, keptBytes + length);
    const end = endOfWhole(received);
    const whole = received.subarray(0, end);
    if (end > 0) socket.emit('data', isAtPacket === undefined ? Buffer.from(whole) : whole);
    keptBytes = received.length - end;
    if (end > 0 && keptBytes > 0) block.copyWithin(0, end, received.length);
  };
  const socket = connect({
    host,
    port,
    onread: {
      buffer: () => block.subarray(keptBytes),
      callback: (length) => {
        handOn(length);
        return true;
      },
    },
  });
  // Until somebody listens, who then resumes it: ssh2 comes to that once its WebAssembly is compiled, and a server near by has greeted before.
  socket.pause();
  socket.setNoDelay(true);
  joinWrites(socket);
  // Where nobody listens yet, or any more, an error must not end the process.
  socket.on('error', () => undefined);
  return {
    socket,
    reuse: (isAtStart) => {
      isAtPacket = isAtStart;
    },
  };
}

const lengthBytes = 4;
const tagBytes = 16;

/** Where the last whole packet ends. All of it where a packet would never fit: ssh2 says what is wrong with that one. */
function endOfWholePackets(received: Buffer): number {
  let at = 0;
  while (received.length - at >= lengthBytes) {
    const packetBytes = lengthBytes + received.readUInt32BE(at) + tagBytes;
    if (packetBytes > blockBytes) return received.length;
    if (at + packetBytes > received.length) break;
    at += packetBytes;
  }
  return at;
}

/**
 * What is written in one turn leaves in one call. ssh2 writes the length, the body and the tag of each packet by itself, and without Nagle's
 * delay each would travel, and wake the server, by itself.
 */
function joinWrites(socket: Socket): void {
  const write = socket.write.bind(socket) as (bytes: Uint8Array) => boolean;
  const send = () => socket.uncork();
  socket.write = ((bytes: Uint8Array) => {
    if (socket.writableCorked === 0) {
      socket.cork();
      process.nextTick(send);
    }
    return write(bytes);
  }) as Socket['write'];
}
