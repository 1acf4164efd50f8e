/** Commands that are given up before the host has opened a channel for them: by a server that opens one when it is told to. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Connection, type ExecInfo, Server, type ServerChannel, type Session } from 'ssh2';
import { pinnedHostKeys } from '../../../../provision/connection/host-key-policy';
import type { Transport } from '../../../../provision/connection/shell-connection';
import { sshTransport } from '../../../../provision/connection/ssh';
import { Secret } from '../../../../provision/core/secret';
import { generateKeyPair } from '../../../../scripts/demo/ssh-keys';

const key = generateKeyPair('operator');
const hostKey = generateKeyPair('host');
let server: Server;
let connection: Connection;
let transport: Transport;

beforeEach(async () => {
  server = new Server({ hostKeys: [hostKey.privateKey] }, (accepted) => {
    accepted.on('authentication', (context) => context.accept());
    connection = accepted;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  transport = await sshTransport({
    name: 'host-1',
    address: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    username: 'ec2-user',
    hostKey: pinnedHostKeys('host-1', [hostKey.fingerprint]),
    identities: [{ privateKey: new Secret(key.privateKey) }],
  });
});
afterEach(async () => {
  await transport.close();
  server.close();
});

async function nextCommand(open: () => Session): Promise<{ command: string; channel: ServerChannel }> {
  const [accept, , { command }] = (await once(open(), 'exec')) as [() => ServerChannel, () => void, ExecInfo];
  return { command, channel: accept() };
}

test('one that is out of time by then gets no input, and its channel is closed', async () => {
  const asked = once(connection, 'session') as Promise<[() => Session]>;
  const running = transport.run('cat >/etc/fstab', { timeoutMs: 1, stdin: Buffer.from('input') });
  await expect(running).rejects.toMatchObject({ code: 'EXEC_TIMEOUT' });
  const [open] = await asked;
  const { channel } = await nextCommand(open);
  const closed = once(channel, 'close');
  expect(await text(channel)).toBe('');
  await closed;
});

test('one that is interrupted before it is sent never runs', async () => {
  const asked = once(connection, 'session') as Promise<[() => Session]>;
  const interrupted = transport.run('rm -r /fsx', { signal: AbortSignal.abort() });
  await expect(interrupted).rejects.toMatchObject({ code: 'INTERRUPTED' });
  const next = transport.run('true', {});
  const [open] = await asked;
  const { command, channel } = await nextCommand(open);
  channel.exit(0);
  channel.end();
  expect([command, (await next).exitCode]).toEqual(['true', 0]);
});
