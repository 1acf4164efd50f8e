/**
 * The TCP connection beneath SSH. Node allocates 64 KiB for each read of a socket; here reads go in turn into a few blocks of memory, so that a fast
 * line costs neither allocation nor collection, and half as many calls.
 *
 * Whoever gets a chunk must be done with it when the call returns. ssh2 is, once packets are encrypted and decrypted by node:crypto, which
 * answers with memory of its own. Until `reuse` is called each chunk is therefore a copy: of the handshake ssh2 keeps slices, and its native addon,
 * where there is one, decrypts in place.
 */
import { connect, type Socket } from 'node:net';

const blockBytes = 256 * 1024;

export interface ReceivingSocket {
  readonly socket: Socket;
  /** From now on chunks are good until the listener returns. */
  reuse(): void;
}

export function openSocket({ host, port }: { readonly host: string; readonly port: number }): ReceivingSocket {
  const block = Buffer.allocUnsafeSlow(blockBytes);
  let isReused = false;
  const socket = connect({
    host,
    port,
    onread: {
      buffer: block,
      callback: (length) => {
        const chunk = block.subarray(0, length);
        socket.emit('data', isReused ? chunk : Buffer.from(chunk));
        return true;
      },
    },
  });
  socket.setNoDelay(true);
  joinWrites(socket);
  // Where nobody listens yet, or any more, an error must not end the process.
  socket.on('error', () => undefined);
  return {
    socket,
    reuse: () => {
      isReused = true;
    },
  };
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
