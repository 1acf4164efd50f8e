/** Hosts reached as the operator's own `ssh` would: ~/.ssh/config, jump hosts, tunnels, keys and agents, over real OpenSSH servers. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { knownHostsLine } from '../../../provision/core/host-keys';
import { sh } from '../../../provision/core/sh';
import type { ConnectionOptions } from '../../../scripts/provision/host-options';
import { playHosts } from '../../../scripts/provision/play-hosts';
import { configText } from '../../helpers/config-text';
import { fakeContext } from '../../helpers/fake-context';
import { migrationOf, outputsOf } from '../../helpers/host-plays';
import { startLeased } from '../../helpers/leased-process';
import { describeWith, isRoot, program } from '../../helpers/needs';
import { type Sshd, sshdNeeds, startSshd } from '../../helpers/sshd';
import { standInAws } from '../../helpers/stand-in-aws';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { until } from '../../helpers/until';

// As root, whose login needs no sudo.
describeWith([...sshdNeeds, isRoot, program('ssh-agent'), program('ssh-add')], 'SSH as the operator has it', () => {
  const folder = useTemporaryFolder();
  let host: Sshd;
  let bastion: Sshd;
  let gate: Sshd;

  beforeAll(async () => {
    [host, bastion, gate] = await Promise.all([startSshd(), startSshd(), startSshd()]);
  });
  afterAll(() => Promise.all([host, bastion, gate].map((server) => server?.stop())));

  beforeEach(() => {
    mkdirSync(join(folder(), '.ssh'), { mode: 0o700 });
    copyFileSync(host.identityFile, join(folder(), '.ssh/market'));
    copyFileSync(bastion.identityFile, join(folder(), '.ssh/bastion'));
    copyFileSync(gate.identityFile, join(folder(), '.ssh/gate'));
  });

  const write = (name: string, text: string) => appendFileSync(join(folder(), '.ssh', name), text);
  const publicKey = (server: Sshd) =>
    Buffer.from(readFileSync(`${server.hostKeyFiles[0]}.pub`, 'utf8').split(' ')[1] ?? '', 'base64');
  const know = (server: Sshd, as = server) =>
    write('known_hosts', `${knownHostsLine(server.host, server.port, publicKey(as))}\n`);
  const pinned = () => ({ hostKey: [host.hostKeyFingerprint] });
  const toHost = () => `Host host-1\n  HostName 127.0.0.1\n  Port ${host.port}\n  User ${host.username}\n`;

  interface Login {
    readonly env?: Record<string, string>;
    /** What is typed on the terminal; without it, there is none. */
    readonly typed?: string;
  }

  async function onlyHost(options: Partial<ConnectionOptions>, { env = {}, typed }: Login = {}) {
    const fake = fakeContext({ cwd: folder(), env: { HOME: folder(), PATH: '/usr/bin:/bin', ...env } });
    const terminal = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => terminal });
    if (typed !== undefined) terminal.write(`${typed}\r`);
    const context = {
      ...fake.context,
      ...(typed === undefined ? {} : { stdin: terminal }),
      setExitCode: () => {},
    };
    const outputs = outputsOf({ address: '192.0.2.1', username: 'ec2-user' });
    const [only] = await playHosts(context, {
      migration: migrationOf(configText()),
      file: join(folder(), 'migration.yaml'),
      outputs,
      roles: [],
      options: { config: 'migration.yaml', wait: false, waitTimeout: 1, ...options },
    });
    return { only, stderr: fake.stderr };
  }

  async function hello(options: Partial<ConnectionOptions>, login: Login = {}) {
    const { only, stderr } = await onlyHost(options, login);
    const connection = await only?.connect();
    const result = await connection?.exec(sh`echo hello`);
    await connection?.close();
    return { said: result?.stdout.toString(), stderr: stderr() };
  }

  test('~/.ssh/config says where the host is and which key opens it, also in what it includes', async () => {
    write('config', 'Include more*\n');
    write('more.conf', `${toHost()}  IdentityFile ~/.ssh/market\n`);
    expect(await hello(pinned())).toMatchObject({ said: 'hello\n' });
    await expect(hello({ ...pinned(), sshConfig: 'none' })).rejects.toMatchObject({ code: 'NO_IDENTITY' });
  });

  test("a host that EC2's console says nothing of is known by the operator's known_hosts", async () => {
    write('config', `${toHost()}  IdentityFile ~/.ssh/market\n`);
    const env = { PATH: folder() };
    await expect(hello({}, { env })).rejects.toMatchObject({ code: 'CONSOLE_UNREADABLE' });
    know(host, bastion);
    await expect(hello({}, { env })).rejects.toMatchObject({ code: 'HOST_KEY_CHANGED' });
    writeFileSync(join(folder(), '.ssh/known_hosts'), '');
    know(host);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', join(folder(), '.ssh/known_hosts')], { stdio: 'ignore' });
    expect(await hello({}, { env })).toMatchObject({ said: 'hello\n' });
    renameSync(join(folder(), '.ssh/known_hosts'), join(folder(), 'everyones'));
    write('config', `  GlobalKnownHostsFile ${join(folder(), 'everyones')}\n`);
    expect(await hello({}, { env })).toMatchObject({ said: 'hello\n' });
  });

  describe('through a jump host', () => {
    beforeEach(() => {
      write('config', `${toHost()}  IdentityFile ~/.ssh/market\n`);
      write(
        'config',
        `Host bastion\n  HostName ${bastion.host}\n  Port ${bastion.port}\n  IdentityFile ~/.ssh/bastion\n`,
      );
    });

    test('by ProxyJump and by --jump, each hop with its own key', async () => {
      know(bastion);
      const named = { ...pinned(), identity: join(folder(), '.ssh/market') };
      expect(await hello({ ...named, jump: `${bastion.username}@bastion` })).toMatchObject({ said: 'hello\n' });
      write('config', `Host i-*\n  ProxyJump bastion\n`);
      expect(await hello(pinned())).toMatchObject({ said: 'hello\n' });
    });

    describe('that is itself reached through another', () => {
      const toGate = () => `Host gate\n  HostName ${gate.host}\n  Port ${gate.port}\n  IdentityFile ~/.ssh/gate\n`;
      const acceptedAt = (server: Sshd, since: number) => server.logs().slice(since).includes('Accepted publickey');
      beforeEach(() => {
        for (const server of [bastion, gate]) know(server);
        write('config', `${toGate()}Host bastion\n  ProxyJump gate\n`);
      });

      test('its own ProxyJump is followed, as ssh does; hops that are named one after the other have their way', async () => {
        const before = gate.logs().length;
        expect(await hello({ ...pinned(), jump: 'bastion' })).toMatchObject({ said: 'hello\n' });
        expect(acceptedAt(gate, before)).toBe(true);
        expect(await hello({ ...pinned(), jump: 'gate,bastion' })).toMatchObject({ said: 'hello\n' });
      });

      test('so is its ProxyCommand', async () => {
        const aws = standInAws(gate);
        write('config', 'Host gate\n  ProxyCommand aws --to %n\n');
        expect(await hello({ ...pinned(), jump: 'bastion' }, { env: aws.env })).toMatchObject({ said: 'hello\n' });
        expect(readFileSync(aws.callsFile, 'utf8')).toBe('--to\ngate');
        aws.remove();
      });

      test('a circle is refused, with the cure', async () => {
        write('config', 'Host *\n  ProxyJump bastion\n');
        await expect(hello(pinned())).rejects.toMatchObject({
          code: 'JUMP_LOOP',
          kind: 'config',
          message: expect.stringMatching(/through .*:\d+ through .*:\d+ through/),
          hint: expect.stringContaining('Host bastion, with ProxyJump none'),
        });
        writeFileSync(join(folder(), '.ssh/config'), `${toHost()}Host *\n  ProxyJump host-1\n`);
        await expect(hello(pinned())).rejects.toMatchObject({ code: 'JUMP_LOOP' });
      });
    });

    test('a hop that is not known, or that has another key, is refused before anything is sent', async () => {
      const before = bastion.logs().length;
      await expect(hello({ ...pinned(), jump: 'bastion' })).rejects.toMatchObject({
        code: 'HOST_KEY_UNKNOWN',
        hint: expect.stringContaining('known_hosts'),
      });
      know(bastion, host);
      await expect(hello({ ...pinned(), jump: 'bastion' })).rejects.toMatchObject({ code: 'HOST_KEY_CHANGED' });
      expect(bastion.logs().slice(before)).not.toContain('Accepted publickey');
    });

    test('the host behind it is verified too', async () => {
      know(bastion);
      const wrong = { hostKey: [`SHA256:${'A'.repeat(43)}`] };
      await expect(hello({ ...wrong, jump: 'bastion' })).rejects.toMatchObject({ code: 'HOST_KEY_CHANGED' });
    });

    test('a host that the hop does not reach is named', async () => {
      know(bastion);
      await expect(hello({ ...pinned(), jump: 'bastion', port: 1 })).rejects.toMatchObject({
        code: 'JUMP_REFUSED',
        retryable: true,
        message: expect.stringContaining('bastion does not reach 127.0.0.1:1'),
      });
    });
  });

  test('through Session Manager, and what it says when it refuses', async () => {
    write('config', `${toHost()}  IdentityFile ~/.ssh/market\n`);
    const aws = standInAws(host);
    const away = standInAws(undefined);
    try {
      expect(await hello({ ...pinned(), ssm: true }, { env: aws.env })).toMatchObject({ said: 'hello\n' });
      expect(readFileSync(aws.callsFile, 'utf8')).toContain('--target\ni-0123456789abcdef0\n--region\nus-east-1');
      await expect(hello({ ...pinned(), ssm: true }, { env: away.env })).rejects.toThrow(/TargetNotConnected/);
    } finally {
      aws.remove();
      away.remove();
    }
    await expect(hello({ ...pinned(), ssm: true }, { env: { PATH: folder() } })).rejects.toMatchObject({
      code: 'TUNNEL_UNAVAILABLE',
      hint: expect.stringContaining('session-manager-plugin'),
    });
  });

  test('through a ProxyCommand', async () => {
    const aws = standInAws(host);
    write('config', `${toHost()}  IdentityFile ~/.ssh/market\n  ProxyCommand aws --to %h:%p\n`);
    expect(await hello(pinned(), { env: aws.env })).toMatchObject({ said: 'hello\n' });
    expect(readFileSync(aws.callsFile, 'utf8')).toBe(`--to\n127.0.0.1:${host.port}`);
    aws.remove();
  });

  test("what AWS's guide gives for Session Manager goes to the instance by its id, as do quotes and equals signs", async () => {
    const aws = standInAws(host);
    const command = `sh -c "aws ssm start-session --target %h --document-name AWS-StartSSHSession --parameters 'portNumber=%p'"`;
    write(
      'config',
      `Host i-* mi-*\n  User ${host.username}\n  IdentityFile ~/.ssh/market\n  ProxyCommand ${command}\n`,
    );
    expect(await hello(pinned(), { env: aws.env })).toMatchObject({ said: 'hello\n' });
    expect(readFileSync(aws.callsFile, 'utf8').split('\n')).toEqual([
      ...['ssm', 'start-session', '--target', 'i-0123456789abcdef0'],
      ...['--document-name', 'AWS-StartSSHSession', '--parameters', 'portNumber=22'],
    ]);
    aws.remove();
  });

  test('a connection that is lost is waited for as the first one is, but not by who polls', async () => {
    const down = join(folder(), 'down');
    const way = `test ! -e ${down} && exec aws --to %h`;
    const aws = standInAws(host);
    write('config', `${toHost()}  IdentityFile ~/.ssh/market\n  ProxyCommand sh -c '${way}'\n`);
    const { only } = await onlyHost({ ...pinned(), wait: true, waitTimeout: 300 }, { env: aws.env });
    const reasons: string[] = [];
    const connection = await only?.connect({
      onWait: (reason) => {
        reasons.push(reason);
        rmSync(down);
      },
    });
    writeFileSync(down, '');
    host.dropConnections();
    const unreachable = { kind: 'unreachable' };
    const lost = connection?.exec(sh`echo hello`, { repeatable: true, polling: true });
    await expect(lost).rejects.toMatchObject(unreachable);
    expect(reasons).toEqual([]);
    expect((await connection?.exec(sh`echo hello`))?.stdout.toString()).toBe('hello\n');
    expect(reasons).toEqual([expect.stringContaining('cannot be reached')]);
    await connection?.close();
    aws.remove();
  });

  test('where the key of the host cannot be recorded the session is closed, and the cure is named', async () => {
    write('config', `${toHost()}  IdentityFile ~/.ssh/market\n`);
    mkdirSync(join(folder(), '.sluice/market-data'), { recursive: true });
    symlinkSync(join(folder(), 'nowhere/known_hosts'), join(folder(), '.sluice/market-data/known_hosts'));
    const before = host.logs().length;
    await expect(hello(pinned())).rejects.toMatchObject({
      code: 'KNOWN_HOSTS_UNWRITABLE',
      hint: expect.stringContaining('.sluice/market-data/known_hosts'),
    });
    await until(() => host.logs().slice(before).includes('Disconnected from user'));
  });

  test('the usual files are tried where an agent runs that does not hold the key, as every desktop has one', async () => {
    write('config', toHost());
    renameSync(join(folder(), '.ssh/market'), join(folder(), '.ssh/id_ed25519'));
    const socket = join(folder(), 'agent');
    const agent = await startLeased('ssh-agent', ['-D', '-a', socket]);
    await agent.printed(/SSH_AUTH_SOCK/);
    const env = { SSH_AUTH_SOCK: socket };
    expect(await hello(pinned(), { env })).toMatchObject({ said: 'hello\n' });
    execFileSync('ssh-add', ['-q', bastion.identityFile], { env: { ...process.env, ...env }, stdio: 'ignore' });
    expect(await hello(pinned(), { env })).toMatchObject({ said: 'hello\n' });
    await agent.stop();
    expect(await hello(pinned(), { env })).toMatchObject({ said: 'hello\n' });
  });

  test.each(['"~/agent.sock"', `\${AGENTS}/agent.sock`, '$AGENT', '%d/agent.sock'])(
    'the agent that IdentityAgent names is asked: %s',
    async (named) => {
      const socket = join(folder(), 'agent.sock');
      const agent = await startLeased('ssh-agent', ['-D', '-a', socket]);
      await agent.printed(/SSH_AUTH_SOCK/);
      execFileSync('ssh-add', ['-q', host.identityFile], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
        stdio: 'ignore',
      });
      write('config', `${toHost()}  IdentityAgent ${named}\n`);
      expect(await hello(pinned(), { env: { AGENTS: folder(), AGENT: socket } })).toMatchObject({ said: 'hello\n' });
      await agent.stop();
    },
  );

  describe('with an encrypted key', () => {
    const passphrase = 'planted pass phrase 5ec4e7';
    const identity = () => join(folder(), '.ssh/market');
    const options = () => ({ ...pinned(), identity: identity() });
    beforeEach(() => {
      write('config', toHost());
      copyFileSync(`${host.identityFile}.pub`, `${identity()}.pub`);
      execFileSync('ssh-keygen', ['-q', '-p', '-N', passphrase, '-P', '', '-f', identity()], { stdio: 'ignore' });
    });

    test('the passphrase comes from a variable, or is asked for without an echo', async () => {
      const variable = { ...options(), passphraseEnv: 'PHRASE' };
      expect(await hello(variable, { env: { PHRASE: passphrase } })).toMatchObject({ said: 'hello\n' });
      const { said, stderr } = await hello(options(), { typed: passphrase });
      expect(said).toBe('hello\n');
      expect(stderr).toBe(`Passphrase for ${identity()}: \n`);
    });

    test('a wrong one, or none where nobody can be asked, is a matter of configuration', async () => {
      const variable = { ...options(), passphraseEnv: 'PHRASE' };
      const wrong = hello(variable, { env: { PHRASE: 'wrong' } });
      await expect(wrong).rejects.toMatchObject({ code: 'SSH_KEY_UNUSABLE', kind: 'config' });
      await expect(hello(variable)).rejects.toMatchObject({ code: 'SECRET_MISSING' });
      await expect(hello(options())).rejects.toMatchObject({
        code: 'SECRET_MISSING',
        hint: expect.stringContaining('--passphrase-env'),
      });
    });

    test('an agent that holds the key opens it, and no other of its keys is shown', async () => {
      const socket = join(folder(), 'agent');
      const agent = await startLeased('ssh-agent', ['-D', '-a', socket]);
      await agent.printed(/SSH_AUTH_SOCK/);
      const env = { SSH_AUTH_SOCK: socket };
      execFileSync('ssh-add', ['-q', bastion.identityFile], { env: { ...process.env, ...env }, stdio: 'ignore' });
      await expect(hello(options(), { env })).rejects.toMatchObject({ code: 'SECRET_MISSING' });
      execFileSync('ssh-add', ['-q', host.identityFile], { env: { ...process.env, ...env }, stdio: 'ignore' });
      const before = host.logs().length;
      expect(await hello(options(), { env })).toMatchObject({ said: 'hello\n' });
      expect(host.logs().slice(before)).not.toContain('Failed publickey');
      // Without a name for the key, all of the agent's are tried.
      expect(await hello(pinned(), { env })).toMatchObject({ said: 'hello\n' });
      await agent.stop();
    });
  });
});
