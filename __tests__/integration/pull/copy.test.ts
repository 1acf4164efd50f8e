/** `sluice copy` as from a shell, against a real server: what it accepts, says and exits with. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprintOf, knownHostsLine } from '../../../provision/core/host-keys';
import { main } from '../../../scripts/cli';
import { startSftpServer } from '../../../scripts/demo/sftp-server';
import type { SshListener } from '../../../scripts/demo/ssh-listener';
import { type FakeContextOptions, fakeContext } from '../../helpers/fake-context';
import { describeWith } from '../../helpers/needs';
import { compareTrees, writeTreeFile } from '../../helpers/pull-tree';
import { type Sshd, sshdNeeds, startSshd } from '../../helpers/sshd';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();
let server: SshListener;
beforeEach(async () => {
  writeTreeFile(join(folder(), 'source'), 'sub/file', { sizeBytes: 5000, mode: 0o640 });
  writeTreeFile(join(folder(), 'source'), 'top', { sizeBytes: 1, mode: 0o600 });
  server = await startSftpServer({ root: join(folder(), 'source'), username: 'vendor', password: 'pass word' });
});
afterEach(() => server.close());

async function copy(args: readonly string[], { env, ...options }: FakeContextOptions = {}) {
  const fake = fakeContext({
    cwd: folder(),
    env: { HOME: join(folder(), 'home'), PASSWORD: 'pass word', ...env },
    ...options,
  });
  const exitCode = await main(['copy', ...args], fake.context);
  return { exitCode, stdout: fake.stdout(), stderr: fake.stderr() };
}

const url = () => `sftp://vendor@127.0.0.1:${server.port}/`;
const withPassword = ['--password-env', 'PASSWORD'];

describe('sluice copy', () => {
  test('copies, summarizes, and leaves nothing but the tree in the directory', async () => {
    const { exitCode, stdout } = await copy([url(), 'out', '--host-key', server.hostKeyFingerprint, ...withPassword]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/SUCCESS: 2 files transferred, 4\.9 KiB/);
    expect(compareTrees(join(folder(), 'source'), join(folder(), 'out')).differences).toEqual([]);
    const [, report] = /report: (.*)/.exec(stdout) ?? [];
    expect(report).toContain(join(folder(), 'home/.local/state/sluice/copies/out-'));
    expect(JSON.parse(readFileSync(report as string, 'utf8'))).toMatchObject({ state: 'SUCCESS' });
  });

  test('on a terminal shows a bar, and clears it before the summary', async () => {
    const { stderr } = await copy([url(), 'out', '--host-key', server.hostKeyFingerprint, ...withPassword], {
      isTTY: true,
    });
    expect(stderr).toContain('2 of 2 files');
    expect(stderr.endsWith('\u001b[J')).toBe(true);
  });

  test('--json gives one object a line, the report last', async () => {
    const { exitCode, stdout } = await copy([
      url(),
      'out',
      '--json',
      '--host-key',
      server.hostKeyFingerprint,
      ...withPassword,
    ]);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(exitCode).toBe(0);
    expect(lines.filter(({ type }) => type === 'state').map(({ state }) => state)).toEqual([
      'QUEUED',
      'LAUNCHING',
      'PREPARING',
      'TRANSFERRING',
      'VERIFYING',
      'SUCCESS',
    ]);
    expect(lines.at(-1)).toMatchObject({ type: 'report', report: { counts: { filesTransferred: 2 } } });
  });

  test('an unknown host key: exit code 4, its fingerprint and the option that accepts it; nothing is copied', async () => {
    const { exitCode, stderr } = await copy([url(), 'out', ...withPassword]);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('none is on record');
    expect(stderr).toContain(`--host-key ${server.hostKeyFingerprint}`);
    expect(existsSync(join(folder(), 'out')) ? readdirSync(join(folder(), 'out')) : []).toEqual([]);
  });

  test('another key on record in known_hosts: refused, both shown', async () => {
    const recorded = join(folder(), 'recorded');
    writeFileSync(recorded, `${knownHostsLine('127.0.0.1', server.port, otherKey())}\n`);
    const { exitCode, stderr } = await copy([url(), 'out', '--known-hosts', recorded, ...withPassword]);
    expect(exitCode).toBe(4);
    expect(stderr).toContain(`on record: ${fingerprintOf(otherKey())}`);
    expect(stderr).toContain(server.hostKeyFingerprint);
  });

  test.each([
    ['the text', []],
    ['JSON', ['--json']],
  ])('a state folder that cannot be made: the option that names another one (%s)', async (_, more) => {
    writeFileSync(join(folder(), 'state'), 'a file');
    const given = [url(), 'out', '--host-key', server.hostKeyFingerprint, '--state-dir', 'state', ...withPassword];
    const { exitCode, stderr } = await copy([...given, ...more]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/the state folder cannot be written: .*\n {2}fix: .*--state-dir/);
  });

  test.each([
    ['a password in the URL', ['sftp://me:hunter2@host/', 'out'], /holds a password/],
    ['another protocol', ['https://host/', 'out'], /not an sftp:\/\/ URL/],
    ['a port beyond the last', ['sftp://me@host:70000/', 'out'], /names port 70000, and ports end at 65535/],
    ['both', ['sftp://me:hunter2@host:70000/', 'out'], /"sftp:\/\/me:\*\*\*@host:70000\/" names port 70000/],
    ['no port but text', ['sftp://me@host:port/', 'out'], /is not a URL/],
    [
      'no path, which would be all the server has',
      ['sftp://me@host', 'out'],
      /names no path\n {2}fix: .*sftp:\/\/me@host\/ /,
    ],
    ['no directory', ['sftp://me@host/', ''], /<directory> is empty\n {2}fix: /],
    [
      'a bucket as the directory',
      ['sftp://me@host/', 's3://bucket/prefix'],
      /no folder of this machine.*\n {2}fix: .*S3 is/,
    ],
    ['no folder for the state', ['sftp://me@host/', 'out', '--state-dir', ''], /--state-dir.*is empty/],
    ['no key', ['sftp://me@host/', 'out', '--identity', ''], /--identity.*is empty/],
    ['no URL', ['host:/path', 'out'], /sftp:\/\/user@host/],
    ['a malformed fingerprint', ['sftp://host/', 'out', '--host-key', 'SHA256:short'], /no fingerprint/],
    ['too many connections', ['sftp://host/', 'out', '--connections', '1000'], /1 to 64/],
    ['a filter that cannot match', ['sftp://host/', 'out', '--exclude', 'tmp'], /an exclude starts with/],
    [
      'known hosts that are not there',
      ['sftp://host/', 'out', '--known-hosts', 'none'],
      /host keys.*ENOENT.*\n {2}fix: .*--host-key/,
    ],
    ['known hosts that are a folder', ['sftp://host/', 'out', '--known-hosts', '.'], /host keys.*EISDIR.*\n {2}fix: /],
    ['a rate of nothing', ['sftp://host/', 'out', '--bytes-per-second', '0'], /is too little.*\n {2}fix: .*-1.* 1024/],
    ['a variable that is not set', ['sftp://host/', 'out', '--password-env', 'NOT_SET'], /NOT_SET is not set/],
  ])('%s: exit code 3 and no secret shown', async (_what, args, message) => {
    const { exitCode, stdout, stderr } = await copy(args);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(message);
    expect(stdout + stderr).not.toContain('hunter2');
  });

  test.each([
    ['root:hunter2@127.0.0.1:5291/x', 'root:***@127.0.0.1:5291/x'],
    ['root:se@hunter2@host/x', 'root:***@host/x'],
    ['root:hunter2@host:/x', 'root:***@host:/x'],
    ['sftp:hunter2@host/x', 'sftp:***@host/x'],
    ['sftp//root:hunter2@host/x', 'sftp//root:***@host/x'],
    ['sftp:root:hunter2@host/x', 'sftp:***@host/x'],
    ['sftp:/root:hunter2@host/x', 'sftp:***@host/x'],
    ['sftp:///root:hunter2@host/x', 'sftp:///root:***@host/x'],
    ['sftp://root:hunter2#@host/x', 'sftp://root:***@host/x'],
    ['sftp:///root@host:22/x', 'sftp:///root@host:22/x'],
    ['https://root@host:22/x', 'https://root@host:22/x'],
  ])('%s is shown without a password', async (source, shown) => {
    const { exitCode, stderr } = await copy([source, 'out']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`error: "${shown}" `);
    expect(stderr).not.toContain('hunter2');
  });

  test('a server that is not there: exit code 4, and what the run came to, with its report', async () => {
    const { port } = server;
    await server.close();
    const { exitCode, stdout, stderr } = await copy([`sftp://vendor@127.0.0.1:${port}/`, 'out', ...withPassword]);
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/cannot connect to vendor@127\.0\.0\.1/);
    expect(stdout).toMatch(/^ERROR: 0 files transferred/);
    expect(existsSync(/report: (.*)/.exec(stdout)?.[1] ?? '')).toBe(true);
  });

  test('a destination with a name as long as names can be has a state folder too, named by what fits of it', async () => {
    const name = `b${'ä'.repeat(127)}`;
    const { exitCode, stdout } = await copy([url(), name, '--host-key', server.hostKeyFingerprint, ...withPassword]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('SUCCESS: 2 files') });
    expect(readdirSync(join(folder(), 'home/.local/state/sluice/copies'))).toEqual([
      expect.stringMatching(/^bä{120}-[0-9a-f]{12}$/),
    ]);
  });

  test('a state folder that cannot be made: the option that names another one', async () => {
    writeFileSync(join(folder(), 'state'), 'a file');
    const { exitCode, stderr } = await copy([
      url(),
      'out',
      '--state-dir',
      'state',
      '--host-key',
      server.hostKeyFingerprint,
      ...withPassword,
    ]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/the state folder cannot be written: .*state.*\n {2}fix: .*--state-dir/);
  });

  test('a destination that is a file: exit code 5, and what to do', async () => {
    writeFileSync(join(folder(), 'out'), 'mine');
    const { exitCode, stderr } = await copy([url(), 'out', '--host-key', server.hostKeyFingerprint, ...withPassword]);
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(/ENOTDIR.*out.*\n {2}fix: A file is where a directory has to be/);
    expect(readFileSync(join(folder(), 'out'), 'utf8')).toBe('mine');
  });

  test('a key that is not there: exit code 3, and the option to look at', async () => {
    const { exitCode, stderr } = await copy([
      url(),
      'out',
      '--identity',
      'none',
      '--host-key',
      server.hostKeyFingerprint,
    ]);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/credential file .*none cannot be read: .*ENOENT.*\n {2}fix: .*for sluice copy: --identity/);
  });

  test('some entries failed: exit code 1, each with its reason', async () => {
    mkdirSync(join(folder(), 'out/top'), { recursive: true });
    const { exitCode, stdout } = await copy([url(), 'out', '--host-key', server.hostKeyFingerprint, ...withPassword]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/failed top: the destination has a directory where the source has a file\n {6}fix: /);
    expect(existsSync(join(folder(), 'out/sub/file'))).toBe(true);
  });
});

/** An ed25519 key blob that no server here has. */
function otherKey(): Buffer {
  return Buffer.from(`0000000b${Buffer.from('ssh-ed25519').toString('hex')}00000020${'ab'.repeat(32)}`, 'hex');
}

const deviceFull = { what: '/dev/full', met: existsSync('/dev/full') };

describeWith([deviceFull], 'sluice copy with a full disk for its state', () => {
  afterEach(() => jest.restoreAllMocks());

  test('stops, and names the option that names another folder', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-03-01T06:00:00.000Z'));
    const runFolder = join(folder(), 'state/runs', `2026-03-01T06-00-00-000Z-${process.pid}`);
    mkdirSync(runFolder, { recursive: true });
    symlinkSync('/dev/full', join(runFolder, 'manifest.sha256'));
    const given = [url(), 'out', '--host-key', server.hostKeyFingerprint, '--state-dir', 'state', ...withPassword];
    const { exitCode, stdout, stderr } = await copy(given);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^ERROR: /);
    expect(stderr).toMatch(/the state folder cannot be written: .*\n {2}fix: .*--state-dir/);
  });
});

describeWith(sshdNeeds, 'sluice copy from OpenSSH', () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd({ hostKeyTypes: ['ed25519', 'ecdsa', 'rsa'] });
  });
  afterAll(() => sshd.stop());

  const source = () => `sftp://${sshd.username}@127.0.0.1:${sshd.port}${join(folder(), 'source')}`;

  test('accepts a key that ~/.ssh/known_hosts has, and refuses it where it is revoked', async () => {
    const [, blob] = readFileSync(`${sshd.hostKeyFiles[1]}.pub`, 'utf8').split(' ');
    const line = knownHostsLine('127.0.0.1', sshd.port, Buffer.from(blob as string, 'base64'));
    mkdirSync(join(folder(), 'home/.ssh'), { recursive: true });
    writeFileSync(join(folder(), 'home/.ssh/known_hosts'), `${line}\n`);
    expect((await copy([source(), 'out', '-i', sshd.identityFile])).exitCode).toBe(0);
    writeFileSync(join(folder(), 'home/.ssh/known_hosts'), `${line}\n@revoked ${line}\n`);
    expect((await copy([source(), 'out', '-i', sshd.identityFile])).exitCode).toBe(4);
  });

  test('without --identity tries the default keys', async () => {
    mkdirSync(join(folder(), 'home/.ssh'), { recursive: true });
    writeFileSync(join(folder(), 'home/.ssh/id_ed25519'), 'not a key');
    copyFileSync(sshd.identityFile, join(folder(), 'home/.ssh/id_rsa'));
    const { exitCode } = await copy([source(), 'out', '--host-key', sshd.hostKeyFingerprint]);
    expect(exitCode).toBe(0);
  });

  test('--passphrase-env opens a default key too; without it the option is named', async () => {
    mkdirSync(join(folder(), 'home/.ssh'), { recursive: true });
    const key = join(folder(), 'home/.ssh/id_ed25519');
    copyFileSync(sshd.identityFile, key);
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', key]);
    const args = [source(), 'out', '--host-key', sshd.hostKeyFingerprint];
    expect(await copy(args)).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('--passphrase-env') });
    const env = { WORDS: 'open sesame' };
    expect(await copy([...args, '--passphrase-env', 'WORDS'], { env })).toMatchObject({ exitCode: 0 });
  });

  test.each([0, 1, 2])('accepts the pinned key of a server with several, whichever it is (%d)', async (index) => {
    const fingerprint = sshd.hostKeyFingerprints[index] as string;
    const { exitCode, stderr } = await copy([source(), 'out', '-i', sshd.identityFile, '--host-key', fingerprint]);
    expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
    expect(compareTrees(join(folder(), 'source'), join(folder(), 'out')).differences).toEqual([]);
  });
});
