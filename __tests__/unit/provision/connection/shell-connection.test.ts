/** What a ShellConnection makes of a host's login shell, sudo and disk: by stand-in programs. */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { FirstTry } from '../../../../provision/connection/first-try';
import { forLoginShell } from '../../../../provision/connection/login-shell';
import { type Privileges, ShellConnection, type Transport } from '../../../../provision/connection/shell-connection';
import { Secret } from '../../../../provision/core/secret';
import { type Command, sh } from '../../../../provision/core/sh';
import { localTransport } from '../../../helpers/local-transport';
import { recordingTransport } from '../../../helpers/recording-transport';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const folder = useTemporaryFolder();

/** A program of the host's that a script stands in for. */
function standIn(name: string, script: string): void {
  writeFileSync(join(folder(), name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

function connect(privileges: Privileges) {
  const local = localTransport();
  const onHost: Transport = {
    ...local,
    run: (line, options) => local.run(`PATH=${folder()}:$PATH; export PATH; ${line}`, options),
  };
  const transport = recordingTransport(onHost);
  return { connection: new ShellConnection(transport, privileges), transport };
}

const odd = `it's "odd" $HOME \`id\` \\n \\ %s ! 100% ü\n  -x\n`;
const script: Command = sh`IFS= read -r line
printf '%s|%s' ${odd} "$line"; exit 7`;

describe('the line for a login shell', () => {
  test('is as it was written where every shell reads it alike', () => {
    expect(forLoginShell(sh`echo ${"it's"} "$HOME"`).text).toContain('echo ');
  });

  test('has nothing in it that csh and fish read otherwise', () => {
    const { text } = forLoginShell(script);
    expect(text).not.toMatch(/[\n!]|\\(?!0\d{3}|'')/);
    const { stdout, status } = spawnSync('sh', ['-c', text], { input: 'input\n' });
    expect({ status, said: stdout.toString() }).toEqual({ status: 7, said: `${odd}|input` });
  });
});

describe('a login whose own files print', () => {
  const noisy = () => {
    const local = localTransport();
    const run: Transport['run'] = (line, options) =>
      local.run(`printf 'Welcome, it is %s' "$(date)"; ${line}`, options);
    return new ShellConnection({ ...local, run }, 'login');
  };

  test.each([['own\n'], ['']])('is heard of its command alone: %j', async (own) => {
    expect((await noisy().exec(sh`printf %s ${own}`)).stdout.toString()).toBe(own);
  });

  test('so is what reads the output as it comes, whatever the pieces', async () => {
    const stdout = new PassThrough();
    const pieces: Transport['run'] = async (line, { stdout: out, ...options }) => {
      const result = await localTransport().run(line, options);
      for (const byte of Buffer.concat([Buffer.from('Welcome'), result.stdout])) out?.write(Buffer.of(byte));
      out?.end();
      return { ...result, stdout: Buffer.alloc(0) };
    };
    const connection = new ShellConnection({ ...localTransport(), run: pieces }, 'login');
    const [output] = await Promise.all([text(stdout), connection.exec(sh`printf 'own\nlines\n'`, { stdout })]);
    expect(output).toBe('own\nlines\n');
  });

  test('one that runs no command is heard, as nothing else says why', async () => {
    const said = { exitCode: 142, stdout: Buffer.from('Please login as the user "ec2-user"'), stderr: '' };
    const connection = new ShellConnection({ ...localTransport(), run: async () => said }, 'login');
    expect(await connection.exec(sh`true`)).toEqual(said);
  });
});

describe('sudo', () => {
  beforeEach(() => standIn('id', 'echo 1000'));

  test.each([
    ['echo "sudo: a password is required" >&2; exit 1', 'sudo: a password is required'],
    ['echo "sudo: sorry, you must have a tty to run sudo" >&2; exit 1', 'sudo: sorry, you must have a tty to run sudo'],
    ['echo "sh: 1: sudo: not found" >&2; exit 127', 'sh: 1: sudo: not found'],
  ])('its own words say why it refuses: %s', async (refusal, words) => {
    standIn('sudo', refusal);
    await expect(connect('root').connection.exec(sh`echo never`)).rejects.toMatchObject({
      code: 'SUDO_REFUSED',
      kind: 'blocked',
      message: expect.stringMatching(new RegExp(`${words}$`)),
    });
  });

  test.each<Privileges>(['root', { sudoPassword: new Secret('hush') }])(
    'one that wants a terminal gets no password, but a line in its configuration',
    async (privileges) => {
      standIn('sudo', 'echo "sudo: sorry, you must have a tty to run sudo" >&2; exit 1');
      await expect(connect(privileges).connection.exec(sh`true`)).rejects.toMatchObject({
        code: 'SUDO_REFUSED',
        message: expect.stringContaining('sudo refuses: '),
        hint: expect.stringContaining('!requiretty'),
      });
    },
  );

  test.each<Privileges>(['root', { sudoPassword: new Secret('hush') }])(
    'it says so untranslated, whatever the language of the login',
    async (privileges) => {
      standIn('sudo', 'echo "sudo: $LC_ALL" >&2; exit 1');
      const { connection } = connect(privileges);
      await expect(connection.exec(sh`true`)).rejects.toMatchObject({ message: expect.stringMatching(/: sudo: C$/) });
    },
  );

  test.each([
    ['ec2-user is not in the sudoers file.', /sudoers\.d/],
    ['sh: 3: sudo: not found', /install sudo/],
  ])('%s: no other password would help', async (said, hint) => {
    standIn('sudo', `echo "${said}" >&2; exit 1`);
    const { connection } = connect({ sudoPassword: new Secret('hush') });
    await expect(connection.exec(sh`true`)).rejects.toMatchObject({
      code: 'SUDO_REFUSED',
      hint: expect.stringMatching(hint),
    });
  });

  test('a password that is for other hosts too is tried once for all of them', async () => {
    standIn('sudo', `echo tried >>${join(folder(), 'calls')}; echo "sudo: 1 incorrect password attempt" >&2; exit 1`);
    const privileges = { sudoPassword: new Secret('hush'), firstTry: new FirstTry() };
    const execs = [1, 2, 3].flatMap(() => {
      const { connection } = connect(privileges);
      return [connection.exec(sh`one`), connection.exec(sh`two`)];
    });
    for (const exec of await Promise.allSettled(execs))
      expect(exec).toMatchObject({ reason: { code: 'SUDO_PASSWORD_REFUSED' } });
    expect(readFileSync(join(folder(), 'calls'), 'utf8')).toBe('tried\n');
  });

  test('a host that hangs does not hold the others up for as long as a command may take', async () => {
    const limits: (number | undefined)[] = [];
    const run: Transport['run'] = async (_, { timeoutMs }) => {
      limits.push(timeoutMs);
      return { exitCode: 0, stdout: Buffer.alloc(0), stderr: '' };
    };
    const privileges = { sudoPassword: new Secret('hush'), firstTry: new FirstTry() };
    await new ShellConnection({ ...localTransport(), run }, privileges).exec(sh`true`);
    expect(limits).toEqual([60_000, undefined]);
  });

  test('a password that it does not take is tried once: a host may lock the login after a few', async () => {
    standIn('sudo', `echo tried >>${join(folder(), 'calls')}; echo "sudo: 1 incorrect password attempt" >&2; exit 1`);
    const { connection } = connect({ sudoPassword: new Secret('hush') });
    for (const command of [sh`one`, sh`two`])
      await expect(connection.exec(command)).rejects.toMatchObject({ code: 'SUDO_PASSWORD_REFUSED' });
    expect(readFileSync(join(folder(), 'calls'), 'utf8')).toBe('tried\n');
  });

  test('where the input is cut off before the password, no password is tried', async () => {
    standIn('sudo', `echo tried >>${join(folder(), 'calls')}; exit 1`);
    const { transport } = connect({ sudoPassword: new Secret('hush') });
    const cut: Transport = {
      ...transport,
      run: (line, options) => transport.run(line, { ...options, stdin: Buffer.alloc(0) }),
    };
    await new ShellConnection(cut, { sudoPassword: new Secret('hush') }).exec(sh`true`);
    expect(existsSync(join(folder(), 'calls'))).toBe(false);
  });

  test.each([0, 1, 3, 126, 127])('a command that ends with %d is run once, and sudo not blamed', async (status) => {
    standIn('sudo', `echo "$*" >>${join(folder(), 'calls')}; shift; exec "$@"`);
    const result = await connect('root').connection.exec(sh`cat; exit ${status}`, { stdin: Buffer.from('input') });
    expect(result).toEqual({ exitCode: status, stdout: Buffer.from('input'), stderr: '' });
    const calls = readFileSync(join(folder(), 'calls'), 'utf8');
    expect(calls.match(/cat/g)).toHaveLength(1);
    expect(calls.trim().split('\n')).toHaveLength([1, 126, 127].includes(status) ? 2 : 1);
  });

  test.each<Privileges>(['root', { sudoPassword: new Secret('hush') }])(
    'the command stands in the line once',
    async (privileges) => {
      standIn('sudo', 'exit 0');
      const { connection, transport } = connect(privileges);
      await connection.exec(sh`echo marked-text`);
      expect(transport.commandLines.join().match(/marked-text/g)).toHaveLength(1);
    },
  );
});

describe('put', () => {
  test('neither a secret nor its digest is in a command line', async () => {
    const { connection, transport } = connect('login');
    await connection.put(new Secret('hush'), join(folder(), 'secret'), { mode: '0600' });
    expect(readFileSync(join(folder(), 'secret'), 'utf8')).toBe('hush');
    const digest = createHash('sha256').update('hush').digest('hex');
    expect(transport.commandLines.join()).not.toMatch(new RegExp(`${digest}|hush`));
  });

  test.each([
    ['', 'dd new\n'],
    ['; exit 1', 'dd new\nsync new\n'],
  ])('the bytes are on the disk before they have the name: dd ends with "%s"', async (end, synced) => {
    const calls = join(folder(), 'calls');
    standIn('dd', `[ "$3" = conv=notrunc,fsync ] && echo "dd $(cat "\${2#of=}")" >>${calls}${end}`);
    standIn('sync', `echo "sync $(cat "$1")" >>${calls}`);
    standIn('mv', `echo mv >>${calls}; exec /bin/mv "$@"`);
    await connect('login').connection.put(Buffer.from('new'), join(folder(), 'fstab'), { mode: '0644' });
    expect(readFileSync(calls, 'utf8')).toBe(`${synced}mv\n`);
    expect(readFileSync(join(folder(), 'fstab'), 'utf8')).toBe('new');
  });

  test.each([
    ["mktemp: failed to create file via template '/etc/.fstab.XXXXXX': Read-only file system", /remount,rw/],
    ["mv: cannot move '/etc/.fstab.IRf638' to '/etc/fstab': Operation not permitted", /lsattr/],
    ['cat: write error: No space left on device', /df -h.*df -i/],
    ["mktemp: failed to create file via template '/etc/.fstab.XXXXXX': No such file or directory", /ls -ld \/etc/],
  ])('%s: what to do about it', async (stderr, hint) => {
    const refused = { exitCode: 1, stdout: Buffer.alloc(0), stderr };
    const connection = new ShellConnection({ ...localTransport(), run: async () => refused }, 'login');
    const put = connection.put(Buffer.from('new'), '/etc/fstab', { mode: '0644' });
    await expect(put).rejects.toMatchObject({ code: 'PUT_FAILED', hint: expect.stringMatching(hint) });
  });

  test('a file that the host does not read to its end is closed: Node warns of one that it finds open', async () => {
    const path = join(folder(), 'node');
    writeFileSync(path, randomBytes(2 ** 20));
    const opening = jest.spyOn(promises, 'open');
    const full = { exitCode: 1, stdout: Buffer.alloc(0), stderr: 'gzip: stdout: No space left on device' };
    const connection = new ShellConnection({ ...localTransport(), run: async () => full }, 'login');
    const put = connection.put({ file: path, sha256: '' }, join(folder(), 'copy'), { mode: '0755' });
    await expect(put).rejects.toMatchObject({ code: 'PUT_FAILED' });
    const file = await opening.mock.results[0]?.value;
    opening.mockRestore();
    if (file.fd !== -1) await once(file, 'close');
  });
});

test('what an upload that was killed left beside its target is taken away by a later one, a day on; what others put there stays', async () => {
  const target = join(folder(), 'fs[t]ab');
  const put = () => connect('login').connection.put(Buffer.from('new'), target, { mode: '0644' });
  const left = () => readdirSync(folder()).filter((name) => name.startsWith('.fs'));
  standIn('cat', 'kill -KILL "$PPID"');
  await expect(put()).rejects.toThrow();
  rmSync(join(folder(), 'cat'));
  expect(left()).toHaveLength(1);
  writeFileSync(join(folder(), '.fs[t]ab.backup'), 'precious');
  // Another upload may still be under way.
  await put();
  expect(left()).toHaveLength(2);
  const yesterday = Date.now() / 1000 - 25 * 3600;
  for (const name of left()) utimesSync(join(folder(), name), yesterday, yesterday);
  await put();
  expect(left()).toEqual(['.fs[t]ab.backup']);
});
