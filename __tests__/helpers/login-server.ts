/** SSH servers of ssh2 for tests of logging in, and the connection of ours to them. */
import { type AuthContext, type Connection, Server, type ServerConfig } from 'ssh2';
import { Secret } from '../../provision/core/secret';
import type { Authentication } from '../../provision/pull/sftp/authentication';
import { connectSession } from '../../provision/pull/sftp/connect';
import type { SftpSession } from '../../provision/pull/sftp/session';
import { generateKeyPair } from '../../scripts/demo/ssh-keys';
import { listen } from '../../scripts/listen-on-loopback';
import { attrs, packet, uint32 } from './sftp-bytes';

export interface LoginServerOptions {
  readonly config?: Partial<ServerConfig>;
  /** In place of answering every STAT with a size of 42. */
  readonly onClient?: (client: Connection) => unknown;
}

/** Call at the top of a suite. */
export function useLoginServer() {
  const hostKey = generateKeyPair('host');
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** A server that asks `decide`, and answers every STAT with a size of 42. */
  async function serve(
    decide: (context: AuthContext) => void,
    { config, onClient = answerStat }: LoginServerOptions = {},
  ): Promise<number> {
    const server = new Server({ hostKeys: [hostKey.privateKey], ...config }, (client) => {
      client.on('error', () => undefined);
      client.on('authentication', decide);
      onClient(client);
    });
    servers.push(server);
    return listen(server);
  }

  /** With a password, unless told otherwise. */
  function connectTo(
    port: number,
    authentication: Authentication = { password: new Secret('x') },
    hostKeys = [hostKey.fingerprint],
  ): Promise<SftpSession> {
    const endpoint = { host: '127.0.0.1', port, username: 'vendor', hostKeys };
    return connectSession(endpoint, authentication, { requestTimeoutMs: 5000, now: Date.now });
  }

  async function logIn(port: number, authentication: Authentication, hostKeys?: string[]): Promise<void> {
    const session = await connectTo(port, authentication, hostKeys);
    // The channel is the raw one: our own client speaks on it.
    expect(await session.stat('/anything')).toMatchObject({ sizeBytes: 42 });
    const lost = new Promise<void>((resolve) => session.onLost(resolve));
    session.fail('done');
    await lost;
  }

  return { hostKey, serve, connectTo, logIn };
}

/** @param onBytes Called with what comes for the subsystem. */
export function answerStat(client: Connection, onBytes?: (bytes: Buffer) => void): void {
  client.on('session', (accept) => {
    accept().on('subsystem', (acceptChannel) => {
      const channel = acceptChannel();
      channel.on('data', (request: Buffer) => {
        onBytes?.(request);
        const id = request.readUInt32BE(5);
        channel.write(request[4] === 1 ? packet(2, uint32(3)) : packet(105, uint32(id), attrs({ sizeBytes: 42 })));
      });
    });
  });
}
