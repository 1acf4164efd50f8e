import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type ConnectConfig, type SFTPWrapper } from 'ssh2';
import { describeWith } from '../../helpers/needs';
import { proftpdNeeds, startProftpd } from '../../helpers/proftpd';
import { sshdNeeds, startSshd } from '../../helpers/sshd';

let folder: string;
const content = 'from the vendor\n';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-source-'));
  mkdirSync(join(folder, 'in'));
  writeFileSync(join(folder, 'in', 'read only.txt'), content, { mode: 0o400 });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Server {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly hostKeyFingerprint: string;
}

function connect(server: Server, login: Pick<ConnectConfig, 'privateKey' | 'password'>): Promise<Client> {
  const client = new Client();
  return new Promise((resolve, reject) => {
    // Stays for life: a client without a listener throws what happens after `ready`.
    client.on('ready', () => resolve(client)).on('error', reject);
    client.connect({
      host: server.host,
      port: server.port,
      username: server.username,
      hostVerifier: (key: Buffer) =>
        server.hostKeyFingerprint === `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`,
      ...login,
    });
  });
}

async function readOver(client: Client, path: string): Promise<string> {
  const sftp = await new Promise<SFTPWrapper>((resolve, reject) =>
    client.sftp((error, session) => (error ? reject(error) : resolve(session))),
  );
  return new Promise((resolve, reject) =>
    sftp.readFile(path, (error, data) => (error ? reject(error) : resolve(data.toString()))),
  );
}

describeWith(sshdNeeds, 'startSshd', () => {
  test.each(['internal-sftp', 'sftp-server'] as const)('serves files by %s to its key only', async (sftp) => {
    const server = await startSshd({ sftp, config: { RekeyLimit: '64M' } });
    try {
      const client = await connect(server, { privateKey: readFileSync(server.identityFile) });
      expect(await readOver(client, join(folder, 'in', 'read only.txt'))).toBe(content);
      client.end();
      await expect(connect(server, { password: 'guess' })).rejects.toThrow(/authentication/i);
    } finally {
      await server.stop();
    }
  });

  test('drops connections while it goes on listening, and is gone after stop', async () => {
    const server = await startSshd();
    const login = { privateKey: readFileSync(server.identityFile) };
    const client = await connect(server, login);
    const closed = new Promise<void>((resolve) => client.on('close', () => resolve()));
    server.dropConnections();
    await closed;
    (await connect(server, login)).end();
    await server.stop();
    await server.stop();
    await expect(connect(server, login)).rejects.toThrow(/ECONNREFUSED/);
  });

  test('a replacement on the same port keeps or changes the host key', async () => {
    const first = await startSshd();
    const second = await startSshd({ hostKeysFrom: first });
    const third = await startSshd({ hostKeyTypes: ['ecdsa', 'ed25519'] });
    expect(second.hostKeyFingerprint).toBe(first.hostKeyFingerprint);
    expect(third.hostKeyFingerprints).toHaveLength(2);
    expect(third.hostKeyFingerprints).not.toContain(first.hostKeyFingerprint);
    await Promise.all([first, second, third].map((server) => server.stop()));
  });
});

describeWith(proftpdNeeds, 'startProftpd', () => {
  test('serves its folder by key and by password', async () => {
    const server = await startProftpd({ root: folder, password: 'open sesame' });
    try {
      for (const login of [{ privateKey: readFileSync(server.identityFile) }, { password: 'open sesame' }]) {
        const client = await connect(server, login);
        expect(await readOver(client, join(server.path, 'in/read only.txt'))).toBe(content);
        client.end();
      }
      await expect(connect(server, { password: 'guess' })).rejects.toThrow(/authentication/i);
    } finally {
      await server.stop();
    }
  });
});
