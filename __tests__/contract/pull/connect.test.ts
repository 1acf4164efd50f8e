/** Logging in, and what this project relies on in ssh2 and ssh2-sftp-client beyond their documented interfaces. */
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type AuthContext, Server, utils } from 'ssh2';
import { Secret } from '../../../provision/core/secret';
import type { Authentication } from '../../../provision/pull/sftp/authentication';
import { connectSession } from '../../../provision/pull/sftp/connect';
import { generateKeyPair } from '../../../scripts/demo/ssh-keys';
import { attrs, packet, uint32 } from '../../helpers/sftp-bytes';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const hostKey = generateKeyPair('host');
let server: Server | undefined;
afterEach(() => server?.close());

/** A server that asks `decide`, and answers every STAT with a size of 42. */
async function serve(decide: (context: AuthContext) => void): Promise<number> {
  const listening = new Server({ hostKeys: [hostKey.privateKey] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', decide);
    client.on('session', (accept) => {
      accept().on('subsystem', (acceptChannel) => {
        const channel = acceptChannel();
        channel.on('data', (request: Buffer) => {
          const id = request.readUInt32BE(5);
          channel.write(request[4] === 1 ? packet(2, uint32(3)) : packet(105, uint32(id), attrs({ sizeBytes: 42 })));
        });
      });
    });
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', () => resolve()));
  return (listening.address() as AddressInfo).port;
}

async function logIn(port: number, authentication: Authentication, hostKeys = [hostKey.fingerprint]): Promise<void> {
  const endpoint = { host: '127.0.0.1', port, username: 'vendor', hostKeys };
  const session = await connectSession(endpoint, authentication, { requestTimeoutMs: 5000, now: Date.now });
  // The channel is the raw one: our own client speaks on it.
  expect(await session.stat('/anything')).toMatchObject({ sizeBytes: 42 });
  const lost = new Promise<void>((resolve) => session.onLost(resolve));
  session.fail('done');
  await lost;
}

const byKey = (publicKey: string) => (context: AuthContext) => {
  const allowed = utils.parseKey(publicKey);
  if (allowed instanceof Error) throw allowed;
  if (context.method === 'publickey' && context.key.data.equals(allowed.getPublicSSH())) context.accept();
  else context.reject(['publickey']);
};

test('with nothing to log in with no connection is made', async () => {
  const seen: Socket[] = [];
  const listener = createServer((socket) => seen.push(socket));
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', () => resolve()));
  const { port } = listener.address() as AddressInfo;
  await expect(logIn(port, {})).rejects.toMatchObject({ code: 'CREDENTIAL_MISSING', kind: 'config' });
  // Connections are seen in their order: this one would come second.
  const own = connect(port, '127.0.0.1');
  await new Promise((resolve) => listener.once('connection', resolve));
  expect(seen.map(({ remotePort }) => remotePort)).toEqual([own.localPort]);
  for (const socket of [own, ...seen]) socket.destroy();
  listener.close();
});

test('a password', async () => {
  const port = await serve((context) => {
    if (context.method === 'password' && context.password === 'secret') context.accept();
    else context.reject(['password']);
  });
  await logIn(port, { password: new Secret('secret') });
});

test('a server whose greeting comes byte by byte', async () => {
  const port = await serve((context) => context.accept());
  const proxy = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    client.setNoDelay(true).on('close', () => upstream.destroy());
    client.on('error', () => undefined).pipe(upstream);
    const handOn = async () => {
      for await (const chunk of upstream as AsyncIterable<Buffer>) {
        const greeting = upstream.bytesRead === chunk.length ? [...chunk] : [];
        for (const byte of greeting) {
          client.write(Buffer.from([byte]));
          await new Promise((resolve) => setTimeout(resolve));
        }
        if (greeting.length === 0) client.write(chunk);
      }
    };
    handOn().catch(() => undefined);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', () => resolve()));
  await logIn((proxy.address() as AddressInfo).port, { password: new Secret('x') });
  proxy.close();
});

test('a password asked for by keyboard-interactive, other questions left unanswered', async () => {
  const answers: string[][] = [];
  const port = await serve((context) => {
    if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
    const prompts = [
      { prompt: 'Password: ', echo: false },
      { prompt: 'Your favourite colour: ', echo: true },
    ];
    context.prompt(prompts, (given) => {
      answers.push(given);
      context.accept();
    });
  });
  await logIn(port, { password: new Secret('secret') });
  expect(answers).toEqual([['secret', '']]);
});

describe('a private key', () => {
  const encrypted = utils.generateKeyPairSync('ecdsa', {
    bits: 256,
    passphrase: 'open sesame',
    cipher: 'aes256-ctr',
    rounds: 1,
  });
  const privateKey = new Secret(encrypted.private);

  test('with a passphrase', async () => {
    const port = await serve(byKey(encrypted.public));
    await logIn(port, { privateKey, passphrase: new Secret('open sesame') });
  });

  test.each([
    ['without its passphrase', { privateKey }],
    ['with a wrong one', { privateKey, passphrase: new Secret('open barley') }],
    ['that is a public key', { privateKey: new Secret(encrypted.public) }],
    ['that is none', { privateKey: new Secret('hunter2') }],
  ])('%s is an error of configuration, told before a server is asked, and not shown', async (_what, authentication) => {
    const attempt = logIn(1, { ...authentication, privateKeyPlace: '/keys/vendor' });
    await expect(attempt).rejects.toMatchObject({
      code: 'PRIVATE_KEY_UNUSABLE',
      kind: 'config',
      message: expect.stringMatching(/^the private key in \/keys\/vendor cannot be used: ./),
    });
    await expect(attempt).rejects.not.toThrow(/hunter2|sesame|barley/);
  });

  test('of the default ones that is unreadable or wants a passphrase is passed over', async () => {
    const plain = generateKeyPair('plain');
    const port = await serve(byKey(plain.publicKey));
    await logIn(port, { fallbackKeys: [new Secret('garbage'), privateKey, new Secret(plain.privateKey)] });
  });

  test('is still tried where the ssh-agent is gone', async () => {
    const plain = generateKeyPair('plain');
    const port = await serve(byKey(plain.publicKey));
    const agentSocket = join(folder(), 'agent');
    writeFileSync(agentSocket, '');
    await logIn(port, { agentSocket, fallbackKeys: [new Secret(plain.privateKey)] });
  });
});

test('nothing to log in with is an error of configuration', async () => {
  await expect(logIn(1, {})).rejects.toMatchObject({ code: 'CREDENTIAL_MISSING', kind: 'config' });
});

test('an IPv6 address stands in brackets before its port', async () => {
  const endpoint = { host: '::1', port: 1, username: 'vendor', hostKeys: [] };
  const attempt = connectSession(endpoint, { password: new Secret('s') }, { requestTimeoutMs: 5000, now: Date.now });
  await expect(attempt).rejects.toThrow(/^cannot connect to vendor@\[::1\]:1: /);
});

test('a host key that is not pinned ends the connection before anything is sent', async () => {
  let asked = 0;
  const port = await serve((context) => {
    asked += 1;
    context.accept();
  });
  const attempt = logIn(port, { password: new Secret('secret') }, [`SHA256:${'A'.repeat(43)}`]);
  await expect(attempt).rejects.toMatchObject({
    presented: { keyType: 'ssh-ed25519', fingerprint: hostKey.fingerprint },
  });
  expect(asked).toBe(0);
});

test('a server that lets in and opens no session is given up', async () => {
  const listening = new Server({ hostKeys: [hostKey.privateKey] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => context.accept());
    client.on('session', () => undefined);
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', () => resolve()));
  const { port } = listening.address() as AddressInfo;
  const endpoint = { host: '127.0.0.1', port, username: 'vendor', hostKeys: [hostKey.fingerprint] };
  const attempt = connectSession(endpoint, { password: new Secret('x') }, { requestTimeoutMs: 200, now: Date.now });
  await expect(attempt).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
    retryable: true,
    message: expect.stringContaining('opened no SFTP session within 0.2 s'),
  });
});

test('an attempt that nobody needs any more is given up', async () => {
  const stop = new AbortController();
  const port = await serve(() => stop.abort());
  const endpoint = { host: '127.0.0.1', port, username: 'vendor', hostKeys: [hostKey.fingerprint] };
  const options = { requestTimeoutMs: 5000, now: Date.now, signal: stop.signal };
  await expect(connectSession(endpoint, { password: new Secret('x') }, options)).rejects.toMatchObject({
    kind: 'unreachable',
  });
});
