/** What provision/connection/connection.ts promises, over every transport. */
import { createHash, randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Connection } from '../../../../provision/connection/connection';
import { pinnedHostKeys } from '../../../../provision/connection/host-key-policy';
import { throughHops } from '../../../../provision/connection/jump-hosts';
import { programSocket, ssmTunnel } from '../../../../provision/connection/program-socket';
import { reopeningTransport } from '../../../../provision/connection/reopening';
import { ShellConnection, type Transport } from '../../../../provision/connection/shell-connection';
import { sshTransport } from '../../../../provision/connection/ssh';
import { Secret } from '../../../../provision/core/secret';
import { sh } from '../../../../provision/core/sh';
import { startSshHost } from '../../../../scripts/demo/ssh-host';
import { generateKeyPair } from '../../../../scripts/demo/ssh-keys';
import { localTransport } from '../../../helpers/local-transport';
import { describeWith, type Need } from '../../../helpers/needs';
import { recordingTransport } from '../../../helpers/recording-transport';
import { sshdNeeds, sshTargetOf, startSshd } from '../../../helpers/sshd';
import { standInAws } from '../../../helpers/stand-in-aws';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

interface Implementation {
  readonly name: string;
  readonly needs: readonly Need[];
  readonly start: () => Promise<{ readonly transport: Transport; readonly stop: () => Promise<void> }>;
}

const implementations: readonly Implementation[] = [
  {
    name: 'local',
    needs: [],
    start: async () => ({ transport: localTransport(), stop: async () => {} }),
  },
  {
    name: 'recording',
    needs: [],
    start: async () => ({ transport: recordingTransport(localTransport()), stop: async () => {} }),
  },
  { name: 'ssh to the in-process server', needs: [], start: startInProcess },
  { name: 'ssh to OpenSSH', needs: sshdNeeds, start: startOpenSsh },
  { name: 'ssh through two jump hosts', needs: sshdNeeds, start: startBehindJumpHosts },
  { name: 'ssh through Session Manager', needs: sshdNeeds, start: startBehindSessionManager },
  { name: 'ssh, opened anew when lost', needs: sshdNeeds, start: startReopening },
];

async function startInProcess() {
  const key = generateKeyPair('operator');
  const account = { username: 'operator', publicKey: key.publicKey };
  const server = await startSshHost({ ...account, home: process.cwd(), path: process.env.PATH ?? '' });
  const transport = await sshTransport({
    name: 'in-process',
    address: '127.0.0.1',
    port: server.port,
    username: 'operator',
    hostKey: pinnedHostKeys('in-process', [server.hostKeyFingerprint]),
    identities: [{ privateKey: new Secret(key.privateKey) }],
  });
  return { transport, stop: () => server.close() };
}

async function startOpenSsh() {
  const server = await startSshd();
  const transport = await sshTransport(sshTargetOf(server, 'openssh'));
  return { transport, stop: () => server.stop() };
}

async function startBehindJumpHosts() {
  const servers = [await startSshd(), await startSshd(), await startSshd()] as const;
  const [first, second, host] = servers;
  const hops = [sshTargetOf(first, 'first'), sshTargetOf(second, 'second')];
  const destination = { address: host.host, port: host.port };
  const transport = await sshTransport({ ...sshTargetOf(host, 'host'), socket: () => throughHops(hops, destination) });
  return {
    transport,
    stop: async () => {
      for (const server of servers) await server.stop();
    },
  };
}

async function startBehindSessionManager() {
  const server = await startSshd();
  const programs = standInAws(server);
  const tunnel = ssmTunnel({ id: 'i-0123456789abcdef0', region: 'us-east-1', port: 22 }, programs.env);
  const transport = await sshTransport({ ...sshTargetOf(server, 'host'), socket: () => programSocket(tunnel) });
  return {
    transport,
    stop: async () => {
      programs.remove();
      await server.stop();
    },
  };
}

async function startReopening() {
  const server = await startSshd();
  const open = () => sshTransport(sshTargetOf(server, 'host'));
  return { transport: reopeningTransport(await open(), open), stop: () => server.stop() };
}

for (const { name, needs, start } of implementations)
  describeWith(needs, `Connection: ${name}`, () => {
    let connection: Connection;
    let stop: () => Promise<void>;
    const folder = useTemporaryFolder();

    beforeAll(async () => {
      const started = await start();
      connection = new ShellConnection(started.transport, 'login');
      stop = started.stop;
    });
    afterAll(async () => {
      await connection.close();
      await stop();
    });

    test('resolves with the exit status and keeps the two outputs apart', async () => {
      const result = await connection.exec(sh`echo out; echo err >&2; exit 7`);
      expect(result).toEqual({ exitCode: 7, stdout: Buffer.from('out\n'), stderr: 'err\n' });
    });

    test('runs with sh, and quoting survives', async () => {
      const odd = `it's "odd" $HOME \\ \n -x ü`;
      const { stdout } = await connection.exec(sh`printf %s ${odd}`);
      expect(stdout.toString()).toBe(odd);
    });

    test('programs speak as they are read, whatever the language of the login', async () => {
      const { stdout } = await connection.exec(sh`locale`);
      expect(stdout.toString()).toMatch(/^LC_ALL=C$/m);
    });

    test('what programs make is for everybody to read, whatever the umask of the login', async () => {
      const before = process.umask(0o077);
      const second = await start();
      try {
        const path = join(folder(), 'made/on/the/way');
        await new ShellConnection(second.transport, 'login').exec(sh`mkdir -p ${path}`);
        expect(statSync(join(folder(), 'made')).mode & 0o777).toBe(0o755);
      } finally {
        process.umask(before);
        await second.transport.close();
        await second.stop();
      }
    });

    test('output is bytes, however it is cut into packets', async () => {
      const bytes = randomBytes(3_000_000);
      writeFileSync(join(folder(), 'bytes'), bytes);
      const { stdout } = await connection.exec(sh`cat ${join(folder(), 'bytes')}`);
      expect(stdout.equals(bytes)).toBe(true);
    });

    test('output goes where it is sent as it comes, at the pace it is taken', async () => {
      const bytes = randomBytes(6_000_000);
      writeFileSync(join(folder(), 'bytes'), bytes);
      const stdout = new PassThrough();
      const script = sh`cat ${join(folder(), 'bytes')}; echo done >&2; exit 4`;
      const running = connection.exec(script, { stdout });
      const received: Buffer[] = [];
      for await (const chunk of stdout) {
        received.push(chunk as Buffer);
        // Other commands go on while this one's output is not taken.
        if (received.length === 1) expect((await connection.exec(sh`true`)).exitCode).toBe(0);
      }
      expect(Buffer.concat(received).equals(bytes)).toBe(true);
      expect(await running).toEqual({ exitCode: 4, stdout: Buffer.alloc(0), stderr: 'done\n' });
    });

    test('multi-byte characters on standard error survive', async () => {
      const text = 'ä€'.repeat(60_000);
      writeFileSync(join(folder(), 'text'), text);
      const { stderr } = await connection.exec(sh`cat ${join(folder(), 'text')} >&2`);
      expect(stderr).toBe(text);
    });

    test('standard input arrives whole, and is empty where none is given', async () => {
      const bytes = randomBytes(3_000_000);
      const digest = createHash('sha256').update(bytes).digest('base64');
      const { stdout } = await connection.exec(sh`cat`, { stdin: bytes });
      expect(createHash('sha256').update(stdout).digest('base64')).toBe(digest);
      expect((await connection.exec(sh`wc -c`)).stdout.toString().trim()).toBe('0');
    });

    test('a command that leaves its input unread ends as it ends', async () => {
      const { exitCode } = await connection.exec(sh`exit 3`, { stdin: Buffer.alloc(4_000_000) });
      expect(exitCode).toBe(3);
    });

    test('many commands overlap, more than a server opens sessions', async () => {
      const numbers = Array.from({ length: 30 }, (_, index) => index);
      const results = await Promise.all(numbers.map((number) => connection.exec(sh`echo ${number}`)));
      expect(results.map(({ stdout }) => Number(stdout.toString()))).toEqual(numbers);
    });

    test('a command past its time is given up, and the connection goes on', async () => {
      await expect(connection.exec(sh`sleep 5`, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'EXEC_TIMEOUT' });
      expect((await connection.exec(sh`true`)).exitCode).toBe(0);
    });

    test('an aborted command is given up, and the connection goes on', async () => {
      const abort = new AbortController();
      const running = connection.exec(sh`sleep 5`, { signal: abort.signal });
      abort.abort();
      await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED', kind: 'interrupted' });
      await expect(connection.exec(sh`true`, { signal: abort.signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
      expect((await connection.exec(sh`true`)).exitCode).toBe(0);
    });

    test('counts round trips, a put being one', async () => {
      const before = connection.roundTrips;
      await connection.exec(sh`true`);
      await connection.put(Buffer.from('x'), join(folder(), 'x'), { mode: '0600' });
      expect(connection.roundTrips - before).toBe(2);
    });

    test.each([
      ['plain', 'file.txt'],
      ['odd', `it's -a "file" $x ü`],
    ])('puts bytes under a %s name, with its mode, and leaves nothing else', async (_, fileName) => {
      const path = join(folder(), fileName);
      const bytes = randomBytes(200_000);
      await connection.put(bytes, path, { mode: '0640' });
      expect(readFileSync(path).equals(bytes)).toBe(true);
      expect(statSync(path).mode & 0o7777).toBe(0o640);
      expect(readdirSync(folder())).toEqual([fileName]);
    });

    test('puts an empty file, a secret and a local file', async () => {
      const source = join(folder(), 'source');
      const bytes = randomBytes(2_000_000);
      writeFileSync(source, bytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await connection.put(Buffer.alloc(0), join(folder(), 'empty'), { mode: '0644' });
      await connection.put(new Secret('hush'), join(folder(), 'secret'), { mode: '0600' });
      await connection.put({ file: source, sha256 }, join(folder(), 'copy'), { mode: '0755' });
      expect(statSync(join(folder(), 'empty')).size).toBe(0);
      expect(readFileSync(join(folder(), 'secret'), 'utf8')).toBe('hush');
      expect(readFileSync(join(folder(), 'copy')).equals(bytes)).toBe(true);
    });

    test('a put replaces a link, not what it leads to', async () => {
      writeFileSync(join(folder(), 'target'), 'target');
      symlinkSync(join(folder(), 'target'), join(folder(), 'link'));
      await connection.put(Buffer.from('new'), join(folder(), 'link'), { mode: '0644' });
      expect(lstatSync(join(folder(), 'link')).isFile()).toBe(true);
      expect(readFileSync(join(folder(), 'target'), 'utf8')).toBe('target');
    });

    test('a put that cannot be fails, and what was there stays', async () => {
      mkdirSync(join(folder(), 'directory'));
      const file = join(folder(), 'file');
      writeFileSync(file, 'old');
      const failure = { code: 'PUT_FAILED' };
      const put = (path: string) => connection.put(Buffer.from('new'), path, { mode: '0644' });
      await expect(put(join(folder(), 'absent', 'file'))).rejects.toMatchObject(failure);
      await expect(put(join(folder(), 'directory'))).rejects.toMatchObject(failure);
      const damaged = { file, sha256: '0'.repeat(64) };
      await expect(connection.put(damaged, file, { mode: '0644' })).rejects.toMatchObject(failure);
      expect(readFileSync(file, 'utf8')).toBe('old');
      expect(readdirSync(folder()).sort()).toEqual(['directory', 'file']);
    });

    test('a put of a local file that is not there fails', async () => {
      const missing = { file: join(folder(), 'missing'), sha256: '0'.repeat(64) };
      await expect(connection.put(missing, join(folder(), 'copy'), { mode: '0644' })).rejects.toThrow(/ENOENT/);
      expect(readdirSync(folder()).filter((entry) => !entry.startsWith('.'))).toEqual([]);
    });

    test('once closed, it says that it is lost; closing twice is fine', async () => {
      const { transport, stop: stopSecond } = await start();
      const second = new ShellConnection(transport, 'login');
      await second.close();
      await second.close();
      await expect(second.exec(sh`true`)).rejects.toMatchObject({ code: 'CONNECTION_LOST', kind: 'unreachable' });
      await stopSecond();
    });
  });
