/** Hosts reached as the operator's own `ssh` would, over real OpenSSH servers: ~/.ssh/config, known hosts, tunnels. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from '../../../provision/core/sh';
import { describeWith } from '../../helpers/needs';
import { operatorSshNeeds, useOperatorSsh } from '../../helpers/operator-ssh';
import { standInAws } from '../../helpers/stand-in-aws';
import { until } from '../../helpers/until';

describeWith(operatorSshNeeds, 'SSH as the operator has it', () => {
  const { folder, host, bastion, write, know, pinned, toHost, onlyHost, hello } = useOperatorSsh();

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
    know(host(), bastion());
    await expect(hello({}, { env })).rejects.toMatchObject({ code: 'HOST_KEY_CHANGED' });
    writeFileSync(join(folder(), '.ssh/known_hosts'), '');
    know(host());
    execFileSync('ssh-keygen', ['-q', '-H', '-f', join(folder(), '.ssh/known_hosts')], { stdio: 'ignore' });
    expect(await hello({}, { env })).toMatchObject({ said: 'hello\n' });
    renameSync(join(folder(), '.ssh/known_hosts'), join(folder(), 'everyones'));
    write('config', `  GlobalKnownHostsFile ${join(folder(), 'everyones')}\n`);
    expect(await hello({}, { env })).toMatchObject({ said: 'hello\n' });
  });

  test('through Session Manager, and what it says when it refuses', async () => {
    write('config', `${toHost()}  IdentityFile ~/.ssh/market\n`);
    const aws = standInAws(host());
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
    const aws = standInAws(host());
    write('config', `${toHost()}  IdentityFile ~/.ssh/market\n  ProxyCommand aws --to %h:%p\n`);
    expect(await hello(pinned(), { env: aws.env })).toMatchObject({ said: 'hello\n' });
    expect(readFileSync(aws.callsFile, 'utf8')).toBe(`--to\n127.0.0.1:${host().port}`);
    aws.remove();
  });

  test("what AWS's guide gives for Session Manager goes to the instance by its id, as do quotes and equals signs", async () => {
    const aws = standInAws(host());
    const command = `sh -c "aws ssm start-session --target %h --document-name AWS-StartSSHSession --parameters 'portNumber=%p'"`;
    write(
      'config',
      `Host i-* mi-*\n  User ${host().username}\n  IdentityFile ~/.ssh/market\n  ProxyCommand ${command}\n`,
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
    const aws = standInAws(host());
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
    host().dropConnections();
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
    const before = host().logs().length;
    await expect(hello(pinned())).rejects.toMatchObject({
      code: 'KNOWN_HOSTS_UNWRITABLE',
      hint: expect.stringContaining('.sluice/market-data/known_hosts'),
    });
    await until(() => host().logs().slice(before).includes('Disconnected from user'));
  });
});
