/**
 * What the demo's two SSH servers share: a listener on loopback that accepts one account, by public key or password.
 * Sessions are the caller's.
 */
import { timingSafeEqual } from 'node:crypto';
import { type AuthContext, type Connection, type ParsedKey, Server, type Session, utils } from 'ssh2';
import { listen } from '../listen-on-loopback';
import { generateKeyPair } from './ssh-keys';

export interface Account {
  readonly username: string;
  readonly password?: string;
  /** One line of an OpenSSH .pub file. */
  readonly publicKey?: string;
}

export interface SshListener {
  readonly port: number;
  readonly hostKeyFingerprint: string;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

export async function listenSsh(account: Account, onSession: (session: Session) => void): Promise<SshListener> {
  const hostKey = generateKeyPair('host');
  const connections = new Set<Connection>();
  const server = new Server({ hostKeys: [hostKey.privateKey] }, (connection) => {
    connections.add(connection);
    // Nagle's algorithm with delayed acknowledgements would cost 40 ms a round trip. Not in ssh2's types.
    (connection as unknown as { setNoDelay(noDelay: boolean): void }).setNoDelay(true);
    connection.on('authentication', (context) => {
      if (accepts(account, context)) context.accept();
      else context.reject(['publickey', 'password']);
    });
    connection.on('session', (accept) => onSession(accept()));
    connection.on('error', () => connection.end());
    connection.on('close', () => connections.delete(connection));
  });
  return {
    port: await listen(server),
    hostKeyFingerprint: hostKey.fingerprint,
    close: () =>
      new Promise((resolve) => {
        for (const connection of connections) connection.end();
        server.close(() => resolve());
      }),
  };
}

function accepts(account: Account, context: AuthContext): boolean {
  if (context.username !== account.username) return false;
  if (context.method === 'password') {
    return account.password !== undefined && sameBytes(Buffer.from(context.password), Buffer.from(account.password));
  }
  if (context.method !== 'publickey' || account.publicKey === undefined) return false;
  const allowed = utils.parseKey(account.publicKey);
  if (allowed instanceof Error) return false;
  const key = allowed as ParsedKey;
  if (context.key.algo !== key.type || !sameBytes(context.key.data, key.getPublicSSH())) return false;
  // Without a signature the client only asks whether the key would do.
  if (context.signature === undefined) return true;
  return key.verify(context.blob ?? Buffer.alloc(0), context.signature, context.hashAlgo) === true;
}

function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
