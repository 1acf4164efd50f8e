/** The SSH transport against a real OpenSSH server: who it trusts, and what a lost connection looks like. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { type HostKeyPolicy, pinnedHostKeys, recordedHostKeys } from '../../../../provision/connection/host-key-policy';
import { ShellConnection } from '../../../../provision/connection/shell-connection';
import { sshTransport } from '../../../../provision/connection/ssh';
import { knownHostsLine } from '../../../../provision/core/host-keys';
import { Secret } from '../../../../provision/core/secret';
import { sh } from '../../../../provision/core/sh';
import { generateKeyPair } from '../../../../scripts/demo/ssh-keys';
import { greetByteByByte } from '../../../helpers/greeting-proxy';
import { describeWith } from '../../../helpers/needs';
import { type Sshd, sshdNeeds, startSshd } from '../../../helpers/sshd';

describeWith(sshdNeeds, 'SSH to OpenSSH', () => {
  let server: Sshd;
  let identity: Secret;

  beforeAll(async () => {
    server = await startSshd({ hostKeyTypes: ['rsa', 'ed25519'] });
    identity = new Secret(readFileSync(server.identityFile, 'utf8'));
  });
  afterAll(() => server.stop());

  const connect = async (hostKey: HostKeyPolicy, privateKey = identity, port = server.port) => {
    const target = { name: 'host-1', address: server.host, port, username: server.username };
    return new ShellConnection(await sshTransport({ ...target, hostKey, identities: [{ privateKey }] }), 'login');
  };
  const publicKey = (type: string) => {
    const file = server.hostKeyFiles.find((path) => path.endsWith(type));
    return Buffer.from(readFileSync(`${file}.pub`, 'utf8').split(' ')[1] ?? '', 'base64');
  };
  const recorded = (key: Buffer, name = '127.0.0.1') =>
    recordedHostKeys(
      { file: 'known_hosts', text: `${knownHostsLine(name, server.port, key)}\n` },
      '127.0.0.1',
      server.port,
    );

  test('a pinned key is accepted', async () => {
    const connection = await connect(pinnedHostKeys('host-1', server.hostKeyFingerprints));
    expect((await connection.exec(sh`echo hello`)).stdout.toString()).toBe('hello\n');
    await connection.close();
  });

  test('a host whose greeting comes byte by byte', async () => {
    const proxy = await greetByteByByte(server.port);
    const connection = await connect(pinnedHostKeys('host-1', server.hostKeyFingerprints), identity, proxy.port);
    expect((await connection.exec(sh`echo hello`)).stdout.toString()).toBe('hello\n');
    await connection.close();
    proxy.close();
  });

  test('the key on record is asked for, whichever type it has', async () => {
    for (const type of ['rsa', 'ed25519']) await (await connect(recorded(publicKey(type)))).close();
  });

  test('another key than the pinned one is refused before anything is sent, with both fingerprints', async () => {
    const other = `SHA256:${'A'.repeat(43)}`;
    const before = server.logs().length;
    await expect(connect(pinnedHostKeys('host-1', [other]))).rejects.toMatchObject({
      code: 'HOST_KEY_CHANGED',
      exitCode: 4,
      retryable: false,
      message: expect.stringMatching(new RegExp(`SHA256:.*${other.replace(/[+]/g, '\\+')}`)),
    });
    expect(server.logs().slice(before)).not.toContain('Accepted publickey');
  });

  test('a host that is not on record is refused, its fingerprint shown', async () => {
    await expect(connect(recorded(publicKey('ed25519'), 'elsewhere'))).rejects.toMatchObject({
      code: 'HOST_KEY_UNKNOWN',
      hint: expect.stringMatching(/--host-key SHA256:/),
    });
  });

  test('a policy that throws is a refusal', async () => {
    const broken: HostKeyPolicy = {
      algorithms: ['ssh-ed25519'],
      decide: () => {
        throw new Error('no store');
      },
    };
    await expect(connect(broken)).rejects.toThrow('no store');
  });

  test('a key that the host does not accept is a refused login', async () => {
    const stranger = new Secret(generateKeyPair('stranger').privateKey);
    const attempt = connect(pinnedHostKeys('host-1', server.hostKeyFingerprints), stranger);
    await expect(attempt).rejects.toMatchObject({ code: 'SSH_AUTH_REFUSED', kind: 'unreachable', retryable: false });
  });

  test('a private key that cannot be read is a matter of configuration', async () => {
    const attempt = connect(pinnedHostKeys('host-1', server.hostKeyFingerprints), new Secret('not a key'));
    await expect(attempt).rejects.toMatchObject({ code: 'SSH_KEY_UNUSABLE', kind: 'config' });
  });

  test('an IPv6 address stands in brackets before its port', async () => {
    const place = { name: 'host-1', address: '::1', port: 1, username: 'root' };
    const attempt = sshTransport({ ...place, hostKey: pinnedHostKeys('host-1', []), identities: [] });
    await expect(attempt).rejects.toThrow(/^host-1 \(root@\[::1\]:1\) cannot be reached: /);
  });

  test('a closed port is unreachable, and worth another try', async () => {
    const placeholder = createServer();
    await new Promise<void>((resolve) => placeholder.listen(0, '127.0.0.1', resolve));
    const { port } = placeholder.address() as AddressInfo;
    await new Promise((resolve) => placeholder.close(resolve));
    const hostKey = pinnedHostKeys('host-1', []);
    const attempt = sshTransport({
      name: 'host-1',
      address: '127.0.0.1',
      port,
      username: 'root',
      hostKey,
      identities: [],
    });
    await expect(attempt).rejects.toMatchObject({ code: 'SSH_UNREACHABLE', kind: 'unreachable', retryable: true });
  });

  test('a connection cut under a running command is lost, never an exit status', async () => {
    const connection = await connect(pinnedHostKeys('host-1', server.hostKeyFingerprints));
    const running = connection.exec(sh`echo begun; sleep 30`);
    const alsoRunning = connection.exec(sh`sleep 30`);
    await connection.exec(sh`true`);
    server.dropConnections();
    const lost = { code: 'CONNECTION_LOST', kind: 'unreachable', retryable: true };
    await expect(running).rejects.toMatchObject(lost);
    await expect(alsoRunning).rejects.toMatchObject(lost);
    await expect(connection.exec(sh`true`)).rejects.toMatchObject(lost);
    await connection.close();
  });

  test('a command that a signal ends has the exit status that a shell gives it', async () => {
    const connection = await connect(pinnedHostKeys('host-1', server.hostKeyFingerprints));
    expect((await connection.exec(sh`kill -KILL $$`)).exitCode).toBe(137);
    await connection.close();
  });
});
