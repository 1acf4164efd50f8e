/** Servers of this process, on loopback. */
import { type EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';

/** Of Node.js, or ssh2. */
interface Listener extends EventEmitter {
  listen(port: number, address: string): unknown;
  address(): unknown;
}

/** Resolves with its port once it listens; 0: any that is free. Rejects where it cannot. */
export async function listen(server: Listener, port = 0, address = '127.0.0.1'): Promise<number> {
  server.listen(port, address);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** That nobody listened on a moment ago, for a program that cannot be told to take any. */
export async function freePort(address?: string): Promise<number> {
  const probe = createServer();
  const port = await listen(probe, 0, address);
  probe.close();
  await once(probe, 'close');
  return port;
}

export interface Listening {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** Ends every connection too. */
  close(): Promise<void>;
}

export async function listenOnLoopback(server: Server, port?: number): Promise<Listening> {
  // A connection that ends while a client sends on it is an error there: none ends of itself.
  server.keepAliveTimeout = 0;
  return {
    endpoint: `http://127.0.0.1:${await listen(server, port)}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
