/** `sluice provision` as an operator runs it, against a booted host. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type BootedHost, bootedHostNeeds, startBootedHost } from '../../helpers/booted-host';
import { testFileSystem } from '../../helpers/host-plays';
import { describeWith } from '../../helpers/needs';
import { sluice, writeOperatorFolder } from '../../helpers/operator';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

describeWith(bootedHostNeeds, 'sluice provision', () => {
  const folder = useTemporaryFolder();
  let host: BootedHost;

  beforeAll(async () => {
    host = await startBootedHost({ os: 'amazon-linux-2023', fileSystems: [testFileSystem] });
  });
  afterAll(() => host.stop());

  beforeEach(() => writeOperatorFolder(folder(), { key: host }));

  const roles = ['--tags', 'lustre-client,lustre-mount'];
  const provision = (
    args: readonly string[],
    pins: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ) => sluice(folder(), [['provision', ...args], pins], { env });

  test('check says what would change, apply changes it, the next run changes nothing', async () => {
    const check = await provision([...roles, '--check', '--diff'], host.hostKeyFingerprints);
    expect(check.exitCode).toBe(2);
    expect(check.stdout).toContain('pending     lustre-client: package lustre-client');
    expect(check.stdout).toContain('version: (absent) -> 2.15');
    expect(await host.run('cat /etc/fstab')).toBe('');

    const apply = await provision([...roles, '--diff'], host.hostKeyFingerprints);
    expect(apply.exitCode).toBe(0);
    const changes = (text: string) => text.split('\n').filter((line) => line.includes(' -> '));
    expect(changes(apply.stdout)).toEqual(changes(check.stdout));

    // The key that was accepted is on record by now, under the instance's id.
    const knownHosts = readFileSync(join(folder(), '.sluice/market-data/known_hosts'), 'utf8');
    expect(knownHosts).toMatch(/^i-0123456789abcde00 ssh-ed25519 AAAA/);
    const again = await provision(roles);
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(again.stdout).toMatch(/^host-1 ok=11 changed=0 {2}1 round trip, /m);
  });

  test('--state absent is the way back: the same options, other tasks', async () => {
    const { exitCode, stdout } = await provision(['--state', 'absent', '--list-tasks']);
    expect(exitCode).toBe(0);
    for (const task of [
      'no unit sluice-pull.service',
      'no /etc/sluice',
      'no /opt/sluice',
      'no mount on /fsx',
      'no fstab line for /fsx',
    ])
      expect(stdout).toContain(task);
    expect(stdout).not.toContain('no /var/lib/sluice\n');
    expect((await provision(['--state', 'gone', '--list-tasks'])).exitCode).not.toBe(0);
  });

  test('--json prints one event a line', async () => {
    const { stdout } = await provision([...roles, '--check', '--json'], host.hostKeyFingerprints);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(events.map(({ type }) => type)).toEqual(['play-started', ...Array(11).fill('task-ended'), 'recap']);
  });

  test('a host with another key than the pinned one is refused, and nothing is recorded', async () => {
    const { exitCode, stdout } = await provision(roles, [`SHA256:${'A'.repeat(43)}`]);
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/unreachable connection: log in\n.*presents .*SHA256:.*SHA256:AAAA.* is pinned/);
    expect(() => readFileSync(join(folder(), '.sluice/market-data/known_hosts'))).toThrow('ENOENT');
  });

  test("the host key comes from EC2's console where nothing is on record", async () => {
    mkdirSync(join(folder(), 'bin'));
    const consoleOutput = `ci-info: no authorized keys\nec2: -----BEGIN SSH HOST KEY FINGERPRINTS-----\n${host.hostKeyFingerprints
      .map((fingerprint) => `ec2: 256 ${fingerprint} root@ip-10-20-1-10 (ED25519)\n`)
      .join('')}ec2: -----END SSH HOST KEY FINGERPRINTS-----\n`;
    writeFileSync(join(folder(), 'console'), consoleOutput);
    const script = `#!/bin/sh\necho "$@" >${join(folder(), 'asked')}\ncat ${join(folder(), 'console')}\n`;
    writeFileSync(join(folder(), 'bin/aws'), script, { mode: 0o755 });
    const { exitCode } = await provision([...roles, '--check'], [], {
      PATH: `${join(folder(), 'bin')}${delimiter}${process.env.PATH}`,
    });
    expect([0, 2]).toContain(exitCode);
    expect(readFileSync(join(folder(), 'asked'), 'utf8')).toContain(
      '--instance-id i-0123456789abcde00 --region us-east-1',
    );
  });

  test('without any way to know the host, it is not connected to', async () => {
    const { exitCode, stdout } = await provision(roles, [], { PATH: folder() });
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/console output of i-0123456789abcde00 cannot be read.*--host-key SHA256:/s);
  });

  test.each([
    ['an unknown tag', ['--tags', 'lustre'], /no tag "lustre".*lustre-client, lustre-mount, agent, pull/s],
    ['a tag that is left out too', ['--tags', 'agent', '--skip-tags', 'agent'], /leave no task.*fix: /s],
    [
      'an SSH configuration that is not there',
      ['--ssh-config', 'nope'],
      /nope cannot be read: .*ENOENT.*--ssh-config none/s,
    ],
    ['two ways in', ['--ssm', '--jump', 'ec2-user@bastion'], /'--ssm' cannot be used with option '--jump/],
    ['a fingerprint that is none', ['--host-key', 'aa:bb'], /ssh-keygen -lf/],
  ])('%s is a matter of configuration', async (_, args, message) => {
    const { exitCode, stderr } = await provision(args);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(message);
  });

  test('so are outputs that are not there', async () => {
    rmSync(join(folder(), 'outputs.json'));
    const { exitCode, stderr } = await provision([]);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/outputs\.json.*terraform -chdir=/s);
  });
});
