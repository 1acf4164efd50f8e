/** A TCP proxy that strikes at a byte: it hands on exactly so many of the server's bytes, over all connections, and then calls back. */
import { connect, createServer, type Socket } from 'node:net';
import { listen } from '../../scripts/listen-on-loopback';

export interface FaultProxy {
  readonly port: number;
  /** After `bytes` more from the server: `strike`, once. What came beyond them waits until it returns, and is lost if it cuts. */
  strikeAfter(bytes: number, strike: () => void): void;
  /** Ends every connection without a goodbye, as a failing network does. */
  cut(): void;
  /** Hands on nothing more in either direction on the connections that are open; they stay open. */
  freeze(): void;
  close(): Promise<void>;
}

export interface FaultProxyOptions {
  /** Connections let through at one time; more are closed at once. */
  readonly maxConnections?: number;
}

export async function startFaultProxy(upstreamPort: number, options: FaultProxyOptions = {}): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let left = Number.POSITIVE_INFINITY;
  let strike: () => void = () => undefined;
  const track = (socket: Socket, other: () => Socket | undefined) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      other()?.destroy();
    });
  };
  const server = createServer((client) => {
    if (sockets.size / 2 >= (options.maxConnections ?? 1000)) {
      client.destroy();
      return;
    }
    const upstream = connect(upstreamPort, '127.0.0.1');
    track(client, () => upstream);
    track(upstream, () => client);
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => {
      const isStruck = chunk.length >= left;
      const passed = isStruck ? chunk.subarray(0, left) : chunk;
      left -= passed.length;
      if (!client.write(passed)) {
        upstream.pause();
        client.once('drain', () => upstream.resume());
      }
      if (!isStruck) return;
      left = Number.POSITIVE_INFINITY;
      strike();
      if (!client.destroyed && passed.length < chunk.length) client.write(chunk.subarray(passed.length));
    });
  });
  const port = await listen(server);
  const cut = () => {
    for (const socket of [...sockets]) socket.destroy();
  };
  return {
    port,
    strikeAfter: (bytes, onStrike) => {
      left = bytes;
      strike = onStrike;
    },
    cut,
    freeze: () => {
      for (const socket of sockets) socket.removeAllListeners('data').resume();
    },
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
