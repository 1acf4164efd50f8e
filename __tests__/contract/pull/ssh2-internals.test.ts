/** What is used of ssh2 beyond its documented interface: one window adjustment, and the server may send so much; where decrypted bytes lie. */
import { KeyObject, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type CipherAlgorithm, Client, type ClientChannel, type Connection, Server, type ServerChannel } from 'ssh2';
import { Secret } from '../../../provision/core/secret';
import { windowFor } from '../../../provision/pull/sftp/channel-window';
import { connectSession } from '../../../provision/pull/sftp/connect';
import { freeAtOnce } from '../../../provision/pull/sftp/free-memory';
import {
  decryptsIntoOwnMemory,
  holdKeysAsObjects,
  isAtGcmPacket,
  windowOpener,
} from '../../../provision/pull/sftp/ssh2-internals';
import { generateKeyPair } from '../../../scripts/demo/ssh-keys';
import { attrs, packet, uint32 } from '../../helpers/sftp-bytes';

const MiB = 1024 * 1024;

/** What ssh2's server side may still send on the channel: not in its types. */
const windowOf = (channel: ServerChannel) => (channel as unknown as { outgoing: { window: number } }).outgoing.window;

test.each([
  ['near: 4 MiB', 0, 4 * MiB],
  ['50 ms: 16 MiB', 50, 50 * 320 * 1024],
  ['far: 32 MiB and no more', 400, 32 * MiB],
])('%s', async (_what, roundTripMs, windowBytes) => {
  const hostKey = generateKeyPair('host');
  const channels: ServerChannel[] = [];
  const server = new Server({ hostKeys: [hostKey.privateKey] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => context.accept());
    client.on('session', (accept) => {
      accept().on('subsystem', (acceptChannel) => {
        const channel = acceptChannel();
        channels.push(channel);
        channel.on('data', (request: Buffer) => {
          nowMs += roundTripMs;
          const id = request.readUInt32BE(5);
          channel.write(request[4] === 1 ? packet(2, uint32(3)) : packet(105, uint32(id), attrs({})));
        });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  const endpoint = { host: '127.0.0.1', port, username: 'vendor', hostKeys: [hostKey.fingerprint] };
  let nowMs = 0;
  const now = () => nowMs;
  const session = await connectSession(endpoint, { password: new Secret('x') }, { requestTimeoutMs: 1e9, now });
  // The second answer comes after the adjustment, on the same connection.
  await session.stat('/');
  await session.stat('/');
  const answered = 128;
  expect(session.windowBytes).toBe(windowBytes);
  expect(windowOf(channels[0] as ServerChannel)).toBeGreaterThanOrEqual(windowBytes - answered);
  expect(windowOf(channels[0] as ServerChannel)).toBeLessThanOrEqual(windowBytes);
  const lost = new Promise<void>((resolve) => session.onLost(resolve));
  session.fail('done');
  await lost;
  server.close();
});

const hasAddon = (require('ssh2/lib/protocol/crypto.js') as { bindingAvailable: boolean }).bindingAvailable;

/** A channel of ssh2's own, with nothing of ours around it; the other end writes `bytes`, and what it gets. */
async function openChannel(cipher: CipherAlgorithm, bytes = Buffer.alloc(0)) {
  const hostKey = generateKeyPair('host');
  let connection: Connection | undefined;
  const server = new Server({ hostKeys: [hostKey.privateKey], algorithms: { cipher: [cipher] } }, (client) => {
    connection = client;
    client.on('error', () => undefined);
    client.on('authentication', (context) => context.accept());
    client.on('session', (accept) =>
      accept().on('subsystem', (acceptChannel) => {
        const peer = acceptChannel();
        peer.write(bytes);
        peer.on('data', (question: Buffer) => peer.write(question));
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const client = new Client();
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    client.on('error', reject);
    client.on('ready', () => client.subsys('sftp', (error, opened) => (error ? reject(error) : resolve(opened))));
    const { port } = server.address() as AddressInfo;
    client.connect({ host: '127.0.0.1', port, username: 'vendor', algorithms: { cipher: [cipher] } });
  });
  const close = () => {
    client.end();
    server.close();
  };
  const rekey = () => new Promise<void>((resolve) => connection?.rekey(() => resolve()));
  return { channel, rekey, close };
}

test.each([
  ['aes128-gcm@openssh.com', true],
  ['aes256-gcm@openssh.com', true],
  ['aes128-ctr', false],
] as const)(
  '%s: a chunk from the socket may be used again where ssh2 has no native addon, and packets that come tell their length: %s',
  async (cipher, isClear) => {
    const { channel, close } = await openChannel(cipher);
    expect(decryptsIntoOwnMemory(channel)).toBe(!hasAddon);
    expect(isAtGcmPacket(channel)).toBe(isClear && !hasAddon);
    close();
  },
);

test.each(['aes256-gcm@openssh.com', 'aes128-ctr'] as const)(
  '%s: keys are held as KeyObjects, and both ends still understand each other, also after the next key exchange',
  async (cipher) => {
    const { channel, rekey, close } = await openChannel(cipher);
    type Side = Readonly<Record<string, unknown>>;
    const { _protocol: protocol } = (channel as unknown as { _client: { _protocol: Record<string, Side> } })._client;
    const keys = () =>
      [protocol._cipher, protocol._decipher].flatMap((side) =>
        ['_encKey', '_decipherKey', '_macKey'].map((name) => side?.[name]).filter((key) => key !== undefined),
      );
    const echoed = () => {
      const answer = new Promise<string>((resolve) => channel.once('data', (chunk: Buffer) => resolve(`${chunk}`)));
      channel.write('question');
      return answer;
    };
    for (const _exchange of [1, 2]) {
      expect(keys().length).toBeGreaterThanOrEqual(hasAddon ? 0 : 2);
      expect(keys().filter((key) => key instanceof KeyObject)).toEqual([]);
      holdKeysAsObjects(channel);
      expect(keys().filter((key) => !(key instanceof KeyObject))).toEqual([]);
      expect(await echoed()).toBe('question');
      await rekey();
    }
    close();
  },
);

test('what is decrypted lies in memory of its own, and ssh2 goes on where that is given back', async () => {
  const sent = randomBytes(400_000);
  const { channel, close } = await openChannel('aes128-gcm@openssh.com', sent);
  const received: Buffer[] = [];
  let freed = 0;
  await new Promise<void>((resolve) => {
    channel.on('data', (chunk: Buffer) => {
      received.push(Buffer.from(chunk));
      freeAtOnce(chunk);
      if (chunk.length === 0) freed += 1;
      if (Buffer.concat(received).length === sent.length) resolve();
    });
  });
  expect(Buffer.concat(received).equals(sent)).toBe(true);
  expect(freed).toBeGreaterThan(hasAddon ? -1 : 10);
  close();
});

test('a channel that is not of the known kind keeps the window it has', () => {
  const channel = { write: () => undefined, on: () => undefined, destroy: () => undefined };
  expect(windowOpener(channel, () => windowFor(100))).toBeUndefined();
  expect(decryptsIntoOwnMemory(channel)).toBe(false);
  expect(isAtGcmPacket(channel)).toBe(false);
});
