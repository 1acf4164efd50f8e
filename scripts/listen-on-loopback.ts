/** An HTTP server of this process, on loopback. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** Ends every connection too. */
  close(): Promise<void>;
}

/** @param port 0: any that is free. */
export async function listenOnLoopback(server: Server, port = 0): Promise<Listening> {
  // A connection that ends while a client sends on it is an error there: none ends of itself.
  server.keepAliveTimeout = 0;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
