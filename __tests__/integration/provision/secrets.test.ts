/**
 * Everything secret that `sluice provision` is given: a passphrase, a password for sudo, the source's credentials. All of them but a key, of which
 * a line is looked for, carry one mark, and nothing that the operator or anybody on the host can see carries it.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BootedHost, bootedHostNeeds, startBootedHost } from '../../helpers/booted-host';
import { validSections } from '../../helpers/config-text';
import { testFileSystem } from '../../helpers/host-plays';
import { describeWith } from '../../helpers/needs';
import { sluice, writeOperatorFolder } from '../../helpers/operator';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const mark = '5ec4e7';
const env = {
  SUDO_PASSWORD: `planted "pass'word" $x \\ ${mark}`,
  KEY_PHRASE: `planted pass phrase ${mark}`,
  SOURCE_PHRASE: `planted source phrase ${mark}`,
  SOURCE_PASSWORD: `planted source password ${mark}`,
};
const withSudo = ['--sudo-password-env', 'SUDO_PASSWORD'];
// Without the role `agent`, whose upload takes long and has no secrets.
const roles = ['--tags', 'lustre-client,lustre-mount,pull'];

describeWith(bootedHostNeeds, 'a host that is given secrets', () => {
  const folder = useTemporaryFolder();
  let host: BootedHost;
  let vendorKey: string;
  /** What tells the key: it carries no mark of anybody's choice. */
  let keyMark: string;

  beforeAll(async () => {
    host = await startBootedHost({ os: 'amazon-linux-2023', fileSystems: [testFileSystem] });
    writeFileSync(host.path('/run/password'), `ec2-user:${env.SUDO_PASSWORD}\n`, { mode: 0o600 });
    await host.run('chpasswd </run/password; rm /run/password');
  });
  afterAll(() => host.stop());

  beforeEach(async () => {
    const credentials = `credentials:
    privateKey: { file: ./vendor-key }
    passphrase: { environment: SOURCE_PHRASE }
    password: { environment: SOURCE_PASSWORD }`;
    const source = validSections.source.replace(/credentials:\n.*/, credentials);
    writeOperatorFolder(folder(), { key: host, sections: { source } });
    const keyFile = join(folder(), 'vendor-key');
    const keygen = ['-q', '-t', 'ed25519', '-a', '1', '-N', env.SOURCE_PHRASE, '-f', keyFile];
    execFileSync('ssh-keygen', keygen);
    vendorKey = readFileSync(keyFile, 'utf8');
    keyMark = vendorKey.split('\n')[2] ?? '';
    const key = join(folder(), 'identity');
    copyFileSync(`${host.identityFile}.pub`, `${key}.pub`);
    execFileSync('ssh-keygen', ['-q', '-p', '-a', '1', '-N', env.KEY_PHRASE, '-P', '', '-f', key], { stdio: 'ignore' });
    await wantPassword('ALL');
  });

  const wantPassword = (what: 'ALL' | 'NOPASSWD:ALL') =>
    host.run(`sed -i 's/^ec2-user.*/ec2-user ALL=(ALL) ${what}/' /etc/sudoers`);

  async function run(command: readonly string[], more: Readonly<Record<string, string>> = {}) {
    const words = [...command, '--passphrase-env', 'KEY_PHRASE'];
    const { exitCode, stdout, stderr } = await sluice(folder(), [words, host.hostKeyFingerprints], {
      env: { ...env, ...more },
    });
    return { exitCode, text: stdout + stderr };
  }

  test('sudo that wants a password blocks a play without it, with the cure; a wrong one is tried once, and not shown', async () => {
    expect(await run(['provision', ...roles])).toMatchObject({
      exitCode: 5,
      text: expect.stringMatching(/sudo refuses.*password.*--ask-sudo-password/s),
    });
    for (const command of [['doctor', 'host'], ['verify', 'host'], ['facts']])
      expect(await run(command)).toMatchObject({ exitCode: 5, text: expect.stringContaining('--ask-sudo-password') });
    expect((await run(['facts'])).text).toMatch(/^host-1: sudo refuses/);
    const wrong = await run(['provision', ...roles, ...withSudo], { SUDO_PASSWORD: `planted wrong one ${mark}` });
    expect(wrong).toMatchObject({ exitCode: 5, text: expect.stringContaining('sudo does not take the password') });
    expect(wrong.text).not.toContain(mark);
  });

  test('a wrong one is tried on the first of several hosts alone', async () => {
    const hosts = ['host-1', 'host-2', 'host-3'].map((name) => ({ name, address: host.address }));
    writeOperatorFolder(folder(), { key: host, hosts });
    const refusals = async () =>
      (await host.run('journalctl -q --sync; journalctl -q --grep "sudo:auth.*authentication failure" || true')).split(
        '\n',
      ).length;
    const before = await refusals();
    const wrong = await run(['facts', ...withSudo], { SUDO_PASSWORD: 'wrong' });
    expect(wrong).toMatchObject({ exitCode: 5, text: expect.stringMatching(/^host-[123]: .* was not tried/m) });
    expect(await refusals()).toBe(before + 1);
  });

  test('with all of them everything is done, and none shows: in output, events, errors, command lines, environments, logs, files', async () => {
    await host.run(
      `rm -rf /etc/sluice; setsid sh -c 'while [ ! -e /run/stop ]; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ; sleep 0.02; done >/run/seen 2>/dev/null; rm /run/stop' >/dev/null 2>&1 </dev/null &`,
    );
    const command = ['provision', ...roles, ...withSudo];
    const check = await run([...command, '--check', '--diff']);
    const apply = await run([...command, '--json']);
    expect([check.exitCode, apply.exitCode]).toEqual([2, 0]);
    // Errors of a write: there is no room for a secret, and none for its temporary file.
    await host.run('rm /etc/sluice/credentials/*; mount -t tmpfs -o size=4k,nr_inodes=1 full /etc/sluice/credentials');
    const failed = await run([...command, '--diff']);
    expect(failed).toMatchObject({ exitCode: 1, text: expect.stringContaining('No space left') });
    await host.run('umount /etc/sluice/credentials');
    const again = await run([...command, '--diff']);
    expect(again).toMatchObject({ exitCode: 0, text: expect.stringContaining('-> ***') });
    const doctor = await run(['doctor', 'host', ...withSudo]);
    await host.run('touch /run/stop; while [ -e /run/stop ]; do sleep 0.05; done');

    expect(await host.run('cat /etc/sluice/credentials/*')).toBe(
      `${env.SOURCE_PHRASE}${env.SOURCE_PASSWORD}${vendorKey}`,
    );
    const journal = await host.logs();
    const seen = readFileSync(host.path('/run/seen'), 'latin1');
    for (const place of [journal, seen]) expect(place).toContain('sudo');
    const outputs = [check, apply, failed, again, doctor].map(({ text }) => text);
    expect(keyMark).toHaveLength(70);
    for (const place of [...outputs, journal, seen])
      for (const each of [mark, keyMark]) expect(place).not.toContain(each);
    const files = await host.exec(
      `rm /run/seen; grep -rlF -e ${mark} -e ${keyMark} /etc /home /opt /root /run /srv /tmp /var`,
    );
    expect(files.stdout.trim().split('\n').sort()).toEqual(
      ['passphrase', 'password', 'private-key'].map((name) => `/etc/sluice/credentials/${name}`),
    );
    expect(
      execFileSync('sh', ['-c', `grep -rlF -e ${mark} -e ${keyMark} . || true`], { cwd: folder(), encoding: 'utf8' }),
    ).toBe('./vendor-key\n');
  });

  test('without the role that hands them over the credentials of the source are not asked for', async () => {
    const without = { SOURCE_PASSWORD: '' };
    for (const selection of [['--tags', 'lustre-client'], ['--skip-tags', 'pull,agent'], ['--list-tasks']])
      expect(await run(['provision', '--check', ...selection, ...withSudo], without)).toMatchObject({
        text: expect.not.stringContaining('SOURCE_PASSWORD'),
      });
    for (const selection of [[], ['--tags', 'agent,pull'], ['--skip-tags', 'agent']])
      expect(await run(['provision', '--check', ...selection, ...withSudo], without)).toMatchObject({
        exitCode: 3,
        text: expect.stringContaining('SOURCE_PASSWORD is not set'),
      });
  });

  test('a key that nobody can log in with is not handed over', async () => {
    const keyFile = join(folder(), 'vendor-key');
    for (const [text, why] of [
      [readFileSync(`${keyFile}.pub`, 'utf8'), 'it is a public key'],
      ['AWS_SECRET\n', 'Unsupported key format'],
    ] as const) {
      writeFileSync(keyFile, text);
      expect(await run(['provision', '--check', '--tags', 'pull', ...withSudo])).toMatchObject({
        exitCode: 3,
        text: expect.stringMatching(
          new RegExp(`source.credentials.privateKey.*${why}.*fix: .*OpenSSH or PEM private key`, 's'),
        ),
      });
    }
    writeFileSync(keyFile, vendorKey);
    expect(
      await run(['provision', '--check', '--tags', 'pull', ...withSudo], { SOURCE_PHRASE: 'another' }),
    ).toMatchObject({
      exitCode: 3,
      text: expect.stringMatching(/source.credentials.privateKey.*as source.credentials.passphrase/s),
    });
  });

  test('a credential that the configuration leaves to AWS from now on goes from the host, and a check says so first', async () => {
    const pull = ['provision', '--tags', 'pull', ...withSudo];
    const lying = () => host.run('ls /etc/sluice/credentials');
    expect(await run(pull)).toMatchObject({ exitCode: 0 });
    expect(await lying()).toBe('passphrase\npassword\nprivate-key\n');

    const credentials = `credentials:
    privateKey: { secretsManager: market-data/sftp-key }
    password: { environment: SOURCE_PASSWORD }`;
    writeOperatorFolder(folder(), {
      key: host,
      sections: { source: validSections.source.replace(/credentials:\n.*/, credentials) },
    });
    const forecast = [
      'pull: no /etc/sluice/credentials/private-key (state)',
      'pull: no /etc/sluice/credentials/passphrase (state)',
    ];
    const check = await run([...pull, '--check']);
    expect(check).toMatchObject({ exitCode: 2 });
    for (const line of forecast) expect(check.text).toContain(line);
    expect(await lying()).toBe('passphrase\npassword\nprivate-key\n');
    expect(await run(pull)).toMatchObject({ exitCode: 0 });
    expect(await lying()).toBe('password\n');
    expect(await run([...pull, '--check'])).toMatchObject({ exitCode: 0 });
  });

  test('where sudo wants no password after all, it does not end up in what is written', async () => {
    await wantPassword('NOPASSWD:ALL');
    await host.run("sed -i '/ .fsx /d' /etc/fstab");
    expect(await run(['provision', '--tags', 'lustre-client,lustre-mount', ...withSudo])).toMatchObject({
      exitCode: 0,
    });
    expect(await host.run('cat /etc/fstab')).toMatch(/^\S+ \/fsx lustre \S+ 0 0\n$/);
  });
});
