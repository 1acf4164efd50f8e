/**
 * A TCP proxy whose gate the test holds: so many bytes from the server pass and no more, until it opens; or connections are cut and
 * refused. What is under way when a test acts is then no matter of chance.
 */
import { connect, createServer, type Socket } from 'node:net';
import { listen } from '../../scripts/listen-on-loopback';

export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
}

export interface GatedProxy {
  readonly port: number;
  /** Lets so many more bytes of the server pass; they are counted over all connections. */
  hold(bytes: number): void;
  /** Lets everything pass again. */
  open(): void;
  /** Whether bytes wait at the gate. */
  isHolding(): boolean;
  /** Cuts what is connected; later connections lead to another server. */
  switchTo(target: ProxyTarget): void;
  /** Cuts what is connected and refuses what comes, until it opens. */
  refuse(): void;
  close(): Promise<void>;
}

export async function startGatedProxy(target: ProxyTarget, address = '127.0.0.1'): Promise<GatedProxy> {
  const sockets = new Set<Socket>();
  const waiting = new Set<Socket>();
  let to = target;
  let left = Number.POSITIVE_INFINITY;
  let isRefusing = false;

  const track = (socket: Socket, other: () => Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      waiting.delete(socket);
      other().destroy();
    });
  };
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    if (isRefusing) {
      client.destroy();
      return;
    }
    const upstream = connect(to.port, to.host);
    track(client, () => upstream);
    track(upstream, () => client);
    client.pipe(upstream);
    upstream.on('data', (chunk) => {
      left -= chunk.length;
      client.write(chunk);
      if (left > 0) return;
      upstream.pause();
      waiting.add(upstream);
    });
  });
  const port = await listen(server, 0, address);
  return {
    port,
    hold: (bytes) => {
      left = bytes;
    },
    open: () => {
      left = Number.POSITIVE_INFINITY;
      isRefusing = false;
      for (const socket of waiting) socket.resume();
      waiting.clear();
    },
    isHolding: () => waiting.size > 0,
    switchTo: (next) => {
      to = next;
      cut();
    },
    refuse: () => {
      isRefusing = true;
      cut();
    },
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
