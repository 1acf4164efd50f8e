/** Logging in, and what this project relies on in ssh2 and ssh2-sftp-client beyond their documented interfaces. */
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type AuthContext, utils } from 'ssh2';
import { Secret } from '../../../provision/core/secret';
import { connectSession } from '../../../provision/pull/sftp/connect';
import { generateKeyPair } from '../../../scripts/demo/ssh-keys';
import { greetByteByByte } from '../../helpers/greeting-proxy';
import { useLoginServer } from '../../helpers/login-server';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const { hostKey, serve, logIn } = useLoginServer();

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
  const proxy = await greetByteByByte(port);
  await logIn(proxy.port, { password: new Secret('x') });
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
  const port = await serve((context) => context.accept(), {
    onClient: (client) => client.on('session', () => undefined),
  });
  const endpoint = { host: '127.0.0.1', port, username: 'vendor', hostKeys: [hostKey.fingerprint] };
  const attempt = connectSession(endpoint, { password: new Secret('x') }, { requestTimeoutMs: 200, now: Date.now });
  await expect(attempt).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
    retryable: true,
    message: expect.stringContaining('lets us in and opens no SFTP session: it did not within 0.2 s'),
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

test('an attempt that nobody needs any more is not begun', async () => {
  let isConnected = false;
  const port = await serve(() => undefined, {
    onClient: () => {
      isConnected = true;
    },
  });
  const endpoint = { host: '127.0.0.1', port, username: 'vendor', hostKeys: [hostKey.fingerprint] };
  const options = { requestTimeoutMs: 5000, now: Date.now, signal: AbortSignal.abort() };
  await expect(connectSession(endpoint, { password: new Secret('x') }, options)).rejects.toMatchObject({
    kind: 'unreachable',
    message: expect.stringContaining('given up before'),
  });
  expect(isConnected).toBe(false);
});

test('a password that is asked for again was wrong, and is not given again', async () => {
  const given: string[] = [];
  const port = await serve((context) => {
    if (context.method !== 'keyboard-interactive') {
      context.reject(['keyboard-interactive']);
      return;
    }
    const ask = () =>
      context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
        given.push(...answers);
        if (answers.length === 1 && given.length < 100) ask();
        else context.reject();
      });
    ask();
  });
  await expect(logIn(port, { password: new Secret('wrong') })).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' });
  expect(given).toEqual(['wrong']);
});

describe('a server that wants two ways to log in', () => {
  const user = generateKeyPair('user');
  test.each([
    ['publickey', 'password'],
    ['password', 'publickey'],
    ['keyboard-interactive', 'publickey'],
    ['publickey', 'keyboard-interactive'],
  ] as const)('%s, then %s: in its order', async (...order) => {
    let done = 0;
    const port = await serve((context) => {
      const due = order[done];
      const isRight = context.method === due && (context.method !== 'password' || context.password === 'secret');
      if (!isRight || due === undefined) {
        context.reject(due === undefined ? [] : [due]);
        return;
      }
      const accept = () => {
        done += 1;
        const next = order[done];
        if (next === undefined) context.accept();
        else context.reject([next], true);
      };
      if (context.method === 'keyboard-interactive')
        context.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) =>
          answer === 'secret' ? accept() : context.reject([due]),
        );
      else accept();
    });
    await logIn(port, { privateKey: new Secret(user.privateKey), password: new Secret('secret') });
    expect(done).toBe(2);
  });
});
