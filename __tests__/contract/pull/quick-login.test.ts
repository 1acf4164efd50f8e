/** A login in few round trips: what is asked for before the answer to what came before, of whom, and what becomes of it where that is no. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AuthContext, type Connection, type ParsedKey, utils } from 'ssh2';
import { Secret } from '../../../provision/core/secret';
import type { Authentication } from '../../../provision/pull/sftp/authentication';
import { connectSession } from '../../../provision/pull/sftp/connect';
import { initPacket } from '../../../provision/pull/sftp/wire';
import { generateKeyPair } from '../../../scripts/demo/ssh-keys';
import { answerStat, useLoginServer } from '../../helpers/login-server';
import { describeWith } from '../../helpers/needs';
import { createKey } from '../../helpers/ssh-keys';
import { sshdNeeds, startSshd } from '../../helpers/sshd';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const { hostKey, serve } = useLoginServer();
const user = generateKeyPair('user');
const asOpenSsh = { ident: 'OpenSSH_9.2p1 Debian-2' };
const logins: [string, Authentication][] = [
  ['a key', { privateKey: new Secret(user.privateKey) }],
  ['a password', { password: new Secret('secret') }],
];

/** By a clock that goes on by so much at each look. */
async function logInBy(stepMs: number, port: number, authentication: Authentication): Promise<void> {
  let nowMs = 0;
  const endpoint = { host: '127.0.0.1', port, username: 'vendor', hostKeys: [hostKey.fingerprint] };
  const options = { requestTimeoutMs: 1e9, now: () => (nowMs += stepMs) };
  const session = await connectSession(endpoint, authentication, options);
  expect(await session.stat('/anything')).toMatchObject({ sizeBytes: 42 });
  const lost = new Promise<void>((resolve) => session.onLost(resolve));
  session.fail('done');
  await lost;
}

const logInFar = logInBy.bind(undefined, 1000);

/** Not in ssh2's types. */
interface ServerProtocol {
  serviceAccept(name: string): void;
  readonly _handlers: { CHANNEL_OPEN: (...message: unknown[]) => void };
}
const protocolOf = (client: Connection) => (client as unknown as { readonly _protocol: ServerProtocol })._protocol;

/** Called before the server takes the request for a channel. */
function onChannelAsked(client: Connection, listener: () => void): void {
  answerStat(client);
  const { _handlers: handlers } = protocolOf(client);
  const { CHANNEL_OPEN: take } = handlers;
  handlers.CHANNEL_OPEN = (...message) => {
    listener();
    take(...message);
  };
}

test.each(['ed25519', 'rsa'] as const)(
  'a login with a key of type %s is one request, and INIT comes with the request for the subsystem, once',
  async (type) => {
    const { private: privateKey } = utils.generateKeyPairSync(type, type === 'rsa' ? { bits: 2048 } : {});
    const attempts: boolean[] = [];
    const received: Buffer[] = [];
    const decide = (context: AuthContext) => {
      if (context.method !== 'publickey') return context.reject(['publickey']);
      const { signature, blob, hashAlgo } = context;
      const key = utils.parseKey(privateKey) as ParsedKey;
      attempts.push(signature !== undefined && blob !== undefined && key.verify(blob, signature, hashAlgo) === true);
      context.accept();
    };
    const onClient = (client: Connection) => answerStat(client, (bytes) => received.push(bytes));
    for (const config of [{}, asOpenSsh])
      await logInFar(await serve(decide, { config, onClient }), { privateKey: new Secret(privateKey) });
    expect(attempts).toEqual([true, true]);
    expect(received.filter((bytes) => bytes.equals(initPacket()))).toHaveLength(2);
  },
);

describe('far from a server that says it is OpenSSH', () => {
  test.each(logins)('%s goes with the request for the service', async (_what, authentication) => {
    let accept = () => undefined as unknown;
    const decide = (context: AuthContext) => {
      accept();
      context.accept();
    };
    const onClient = (client: Connection) => {
      answerStat(client);
      const protocol = protocolOf(client);
      const { serviceAccept } = protocol;
      protocol.serviceAccept = (name) => {
        accept = () => serviceAccept.call(protocol, name);
      };
    };
    await logInFar(await serve(decide, { config: asOpenSsh, onClient }), authentication);
  });

  test.each(logins)('the channel is asked for behind %s', async (_what, authentication) => {
    let letIn = () => undefined as unknown;
    const decide = (context: AuthContext) => {
      letIn = () => context.accept();
    };
    const onClient = (client: Connection) => onChannelAsked(client, () => letIn());
    await logInFar(await serve(decide, { config: asOpenSsh, onClient }), authentication);
  });

  test.each(logins)(
    'and that opens none before it has let %s in, it is asked for again',
    async (_what, authentication) => {
      let asked = 0;
      const decide = (context: AuthContext) => setTimeout(() => context.accept(), 50);
      const onClient = (client: Connection) =>
        onChannelAsked(client, () => {
          asked += 1;
        });
      await logInFar(await serve(decide, { config: asOpenSsh, onClient }), authentication);
      expect(asked).toBe(2);
    },
  );

  test.each([
    ['closes the connection', 'CONNECT_FAILED'],
    ['knows no SFTP', 'CONNECT_FAILED'],
  ])('and that lets in and then %s is told as such', async (what, code) => {
    const onClient = (client: Connection) => {
      if (what === 'closes the connection') return onChannelAsked(client, () => setImmediate(() => client.end()));
      client.on('session', (accept) => accept().on('subsystem', (_accept, reject) => reject()));
    };
    const port = await serve((context) => context.accept(), { config: asOpenSsh, onClient });
    const attempt = logInFar(port, { password: new Secret('secret') });
    await expect(attempt).rejects.toMatchObject({
      code,
      message: expect.stringContaining('lets us in and opens no SFTP session'),
    });
  });
});

describe.each([
  ['another server far away', {}, 1000],
  ['OpenSSH near by', asOpenSsh, 0],
])('%s', (_where, config, stepMs) => {
  test.each(logins)('gets each request after the answer to the one before: %s', async (_what, authentication) => {
    const order: string[] = [];
    const decide = (context: AuthContext) => {
      order.push('login');
      setTimeout(() => {
        order.push('let in');
        context.accept();
      }, 50);
    };
    const onClient = (client: Connection) => {
      const protocol = protocolOf(client);
      const { serviceAccept } = protocol;
      protocol.serviceAccept = (name) => {
        order.push('service asked for');
        setTimeout(() => {
          order.push('service granted');
          serviceAccept.call(protocol, name);
        }, 50);
      };
      onChannelAsked(client, () => order.push('channel'));
    };
    await logInBy(stepMs, await serve(decide, { config, onClient }), authentication);
    expect(order).toEqual(['service asked for', 'service granted', 'login', 'let in', 'channel']);
  });
});

test('a login is told before there is a session, with the time of one round trip', async () => {
  const order: unknown[] = [];
  const port = await serve((context) => context.accept(), {
    onClient: (client) => onChannelAsked(client, () => order.push('channel asked for')),
  });
  const endpoint = { host: '127.0.0.1', port, username: 'vendor', hostKeys: [hostKey.fingerprint] };
  let nowMs = 0;
  const session = await connectSession(
    endpoint,
    { password: new Secret('x') },
    // Each look at the clock is a millisecond later: once when the handshake ends, once with the first answer.
    { requestTimeoutMs: 1e9, now: () => (nowMs += 1), onLogin: (roundTripMs) => order.push(roundTripMs) },
  );
  expect(order).toEqual([1, 'channel asked for']);
  const lost = new Promise<void>((resolve) => session.onLost(resolve));
  session.fail('done');
  await lost;
});

describeWith(sshdNeeds, 'OpenSSH far away', () => {
  const folder = useTemporaryFolder();

  /** A server that knows the first two of three keys. */
  async function serveKeys(config: Readonly<Record<string, string>>) {
    const keys = ['first', 'second', 'unknown'].map((name) => createKey(join(folder(), name)));
    const known = join(folder(), 'authorized_keys');
    writeFileSync(
      known,
      keys
        .slice(0, 2)
        .map(({ publicKeyFile }) => readFileSync(publicKeyFile, 'utf8'))
        .join(''),
    );
    const server = await startSshd({ config: { AuthorizedKeysFile: known, ...config } });
    const [first, second, unknown] = keys.map(({ privateKeyFile }) => new Secret(readFileSync(privateKeyFile, 'utf8')));
    const { host, port, username, hostKeyFingerprints: hostKeys } = server;
    let nowMs = 0;
    const options = { requestTimeoutMs: 1e9, now: () => (nowMs += 1000) };
    const connect = (authentication: Authentication) =>
      connectSession({ host, port, username, hostKeys }, authentication, options);
    return { server, first, second, unknown, connect };
  }

  test.each([
    ['refuses the first key', {}, 'unknown', 'first'],
    ['wants two keys', { AuthenticationMethods: 'publickey,publickey' }, 'first', 'second'],
  ] as const)('that %s lets in with the next one', async (_what, config, one, other) => {
    const { server, connect, ...keys } = await serveKeys(config);
    const session = await connect({ privateKey: keys[one] as Secret, fallbackKeys: [keys[other] as Secret] });
    expect(await session.stat(folder())).toMatchObject({ mtimeSeconds: expect.any(Number) });
    session.fail('done');
    await server.stop();
  });

  test('that knows none of the keys says so', async () => {
    const { server, connect, unknown } = await serveKeys({});
    await expect(connect({ privateKey: unknown as Secret })).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    await server.stop();
  });
});
