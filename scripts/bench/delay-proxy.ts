/**
 * A long line: a TCP proxy that hands on every chunk half a round trip after it came, in both directions, and opens a connection
 * one round trip late, as a handshake would. Pipelined, not throttled: any number of chunks is on its way.
 */
import { connect, createServer, type Socket } from 'node:net';
import { listen } from '../listen-on-loopback';

export interface DelayProxy {
  readonly port: number;
  close(): void;
}

export interface ProxyTarget {
  /** Default 127.0.0.1. */
  readonly address?: string;
  readonly port: number;
}

export async function startDelayProxy(target: ProxyTarget, roundTripMs: number): Promise<DelayProxy> {
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    socket.setNoDelay(true);
    // Either side may be cut; the other one is then closed too.
    socket.on('error', () => socket.destroy());
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    track(client);
    setTimeout(() => {
      const upstream = connect(target.port, target.address ?? '127.0.0.1');
      track(upstream);
      forward(client, upstream, roundTripMs / 2);
      forward(upstream, client, roundTripMs / 2);
    }, roundTripMs);
  });
  return {
    port: await listen(server),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** One timer for each direction: chunks leave in the order they came, each at its own due time. */
function forward(from: Socket, to: Socket, delayMs: number): void {
  const queue: { readonly dueMs: number; readonly send: () => void }[] = [];
  let isWaiting = false;
  const flush = () => {
    isWaiting = false;
    const nowMs = performance.now();
    while (queue[0] !== undefined && queue[0].dueMs <= nowMs) queue.shift()?.send();
    wait();
  };
  const wait = () => {
    const [first] = queue;
    if (first === undefined || isWaiting) return;
    isWaiting = true;
    setTimeout(flush, Math.max(0, first.dueMs - performance.now()));
  };
  const enqueue = (send: () => void) => {
    queue.push({ dueMs: performance.now() + delayMs, send });
    wait();
  };
  from.on('data', (chunk) => enqueue(() => to.write(chunk)));
  from.on('end', () => enqueue(() => to.end()));
  from.on('close', () => enqueue(() => to.destroy()));
}
