/** What ~/.ssh/config and what it includes say is what OpenSSH itself makes of them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveSshConfig } from '../../../../provision/connection/ssh-config';
import { readSshConfig } from '../../../../scripts/provision/read-ssh-config';
import { describeWith, program } from '../../../helpers/needs';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

describeWith([program('ssh')], '~/.ssh/config', () => {
  const folder = useTemporaryFolder();

  function write(name: string, text: string): void {
    const path = join(folder(), name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  }

  /** OpenSSH takes the home folder from the system's users, so paths in the files are absolute. */
  function printedFor(host: string) {
    const printed = execFileSync('ssh', ['-F', join(folder(), 'config'), '-G', host], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return (key: string) => new RegExp(`^${key} (.*)$`, 'm').exec(printed)?.[1];
  }

  function openSsh(host: string) {
    const value = printedFor(host);
    return { hostName: value('hostname'), port: Number(value('port')), jump: value('proxyjump') };
  }

  async function ours(host: string) {
    const config = await readSshConfig(join(folder(), 'config'), folder());
    const said = resolveSshConfig(config, { names: [host], home: folder() });
    return { hostName: said.hostName?.text ?? host, port: said.port ?? 22, jump: said.proxyJump[0]?.host };
  }

  test.each([
    'ssh -o ConnectTimeout=5 -W %h:%p bastion',
    `sh -c "aws ssm start-session --target %h  --parameters 'portNumber=%p'"`,
    '"/opt/my tools/connect" --to=%h\t--name "a \\"b\\"" # not for the shell alone',
    '= nc %h %p \r',
  ])('a ProxyCommand stays as written: %j', async (command) => {
    write('config', `Host host-1\n  ProxyCommand ${command}\n`);
    const said = resolveSshConfig(await readSshConfig(join(folder(), 'config'), '/home/ada'), {
      names: ['host-1'],
      home: '/home/ada',
    });
    expect(said.proxyCommand?.text).toBe(printedFor('host-1')('proxycommand'));
  });

  test.each([
    '"/my dir/kh" /b',
    "'/my dir/kh' /b",
    '/my\\ dir/kh /b # and no more',
    '"/my dir/"kh"" "/x \\"y\\""',
    '/a=b "/c # d"',
    '"/o\'neill" /a\\b',
  ])('blanks, quotes and comments among several files: %s', async (files) => {
    write('config', `UserKnownHostsFile=${files}\n`);
    const said = resolveSshConfig(await readSshConfig(join(folder(), 'config'), '/home/ada'), {
      names: ['host-1'],
      home: '/home/ada',
    });
    expect(said.userKnownHostsFiles.join(' ')).toBe(printedFor('host-1')('userknownhostsfile'));
    expect(said.userKnownHostsFiles).toHaveLength(2);
  });

  test('sections of an included file end with it', async () => {
    write('config.d/10', 'Host other\n  HostName 10.0.0.9\n');
    write('config', `Include ${folder()}/config.d/*\nProxyJump bastion\nPort 2222\n`);
    const said = await ours('host-1');
    expect(said).toEqual({ hostName: 'host-1', port: 2222, jump: 'bastion' });
    expect(said).toEqual(openSsh('host-1'));
    expect(await ours('other')).toEqual(openSsh('other'));
  });

  test('the section that an Include stands in goes on after it, and what it includes counts under it only', async () => {
    write('inner', 'Host host-*\n  HostName 10.0.0.1\n');
    write('config', `Host host-2\n  Include ${folder()}/inner\n  Port 2222\nHost *\n  Port 2200\n`);
    for (const host of ['host-1', 'host-2', 'other']) expect(await ours(host)).toEqual(openSsh(host));
    expect(await ours('host-2')).toEqual({ hostName: '10.0.0.1', port: 2222, jump: undefined });
    expect(await ours('host-1')).toEqual({ hostName: 'host-1', port: 2200, jump: undefined });
  });

  test('one in quotes may hold a blank, and is one of several', async () => {
    write('my dir/x', 'Port 2222\n');
    write('y', 'ProxyJump bastion\n');
    write('config', `Include "${folder()}/my dir/x" ${folder()}/y\n`);
    expect(await ours('host-1')).toEqual({ hostName: 'host-1', port: 2222, jump: 'bastion' });
    expect(await ours('host-1')).toEqual(openSsh('host-1'));
  });

  test('one that goes round in a circle is refused, and named', async () => {
    write('config', `Host none\n  Include ${folder()}/config\n`);
    await expect(ours('host-1')).rejects.toMatchObject({
      code: 'SSH_CONFIG_UNREADABLE',
      message: `${folder()}/config cannot be read: Include goes round in a circle`,
    });
  });
});
