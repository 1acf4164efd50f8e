/** `sluice facts`, `sluice doctor host` and `sluice verify host` as an operator runs them, against a booted host. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../../provision/diagnosis/check';
import { type BootedHost, bootedHostNeeds, startBootedHost } from '../../helpers/booted-host';
import { source } from '../../helpers/config-text';
import { testFileSystem } from '../../helpers/host-plays';
import { describeWith } from '../../helpers/needs';
import { sluice, writeOperatorFolder } from '../../helpers/operator';
import { agentBuilt, runtimes, runtimesNeed } from '../../helpers/runtimes';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const needs = [...bootedHostNeeds, agentBuilt, runtimesNeed(['24.21.0'])];

describeWith(needs, 'commands that look at a host', () => {
  const folder = useTemporaryFolder();
  let host: BootedHost;

  beforeAll(async () => {
    host = await startBootedHost({ os: 'amazon-linux-2023', fileSystems: [testFileSystem] });
    // Its upload is slow, and tested elsewhere.
    await host.run('mkdir -p /opt/sluice/node/bin');
    copyFileSync((await runtimes('x64', '24.21.0')).file, host.path('/opt/sluice/node/bin/node'));
  });
  afterAll(() => host.stop());
  // A source that refuses at once, for a run that fails.
  beforeEach(() => configureSource(1));

  function configureSource(port: number): void {
    const sections = source('host: 127.0.0.1', `port: ${port}`);
    writeOperatorFolder(folder(), { key: host, hosts: [{ name: 'host-1', address: host.address }], sections });
  }

  const on = (...command: readonly string[]) => sluice(folder(), [command, host.hostKeyFingerprints]);
  const everything = () =>
    host.run('cat /etc/fstab; ls -lAR /opt /etc/sluice /var/lib/sluice /fsx 2>/dev/null || true');

  async function findings(...command: readonly string[]) {
    const { exitCode, stdout } = await on(...command, '--json');
    const report = JSON.parse(stdout) as { host: string; ok: boolean; findings: readonly Finding[] };
    return { exitCode, ...report, problems: report.findings.filter(({ status }) => status !== 'ok') };
  }

  test('a host before, after, and out of order', async () => {
    const before = await everything();
    const fresh = await findings('doctor', 'host');
    expect(fresh.exitCode).toBe(1);
    expect(fresh.problems[0]).toMatchObject({
      check: expect.stringMatching(/^lustre-client: package lustre-client/),
      cure: 'npx sluice provision --tags lustre-client',
    });
    expect(fresh.findings.find(({ check }) => check === 'TCP 988 of the file system')?.status).toBe('ok');
    expect(await findings('verify', 'host')).toMatchObject({ exitCode: 1, ok: false });
    expect(await everything()).toBe(before);

    expect(await on('provision')).toMatchObject({ exitCode: 0 });
    const provisioned = await everything();
    for (const command of [
      ['doctor', 'host'],
      ['verify', 'host'],
      ['verify', 'host', '--write-probe'],
    ])
      expect(await findings(...command)).toMatchObject({ exitCode: 0, ok: true, problems: [] });
    expect(await everything()).toBe(provisioned);
    const shown = await on('verify', 'host', '--write-probe');
    expect(shown.stdout).toMatch(/ok +writable +a file was written to \/fsx, read and removed/);
    expect(shown.stdout).toMatch(/^host-1: all \d+ checks are good$/m);

    await host.run('mkdir -p /mnt/other; mount -t lustre "$(findmnt -nro SOURCE /fsx)" /mnt/other');
    for (const command of [['provision'], ['doctor', 'host'], ['verify', 'host']])
      expect(await on(...command)).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('is mounted on /mnt/other too'),
      });
    await host.run('umount /mnt/other');

    await outOfOrder('umount /fsx; mount -t tmpfs tmpfs /fsx', {
      doctor: [/^lustre-mount: mount/, /tmpfs/, /umount \/fsx/],
      verify: [/^mounted on \/fsx/, /tmpfs/, /provision --tags lustre-mount/],
    });
    expect(await on('verify', 'host', '--write-probe')).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('nothing of Lustre is mounted'),
    });
    await outOfOrder('umount /fsx; mount -a -t lustre; echo >>/opt/sluice/agent.js', {
      doctor: [/agent\.js/, /content: sha256:.*, to be sha256:/, /provision --tags agent/],
      verify: [/^agent/, /agent\.js: content: /, /provision --tags agent/],
    });
    await on('provision');
    // There is no instance metadata service: systemd tries again later by itself.
    await outOfOrder(
      'systemctl start sluice-pull; while [ "$(systemctl is-active sluice-pull)" = active ]; do sleep 0.1; done',
      {
        doctor: [
          /^last run of sluice-pull/,
          /tried again by itself: exit-code, exit status 75/,
          /sluice pull status says why/,
        ],
        verify: [/^last run of sluice-pull/, /tried again by itself: exit-code/, /sluice pull status says why/],
      },
    );
    await host.run('systemctl stop sluice-pull; systemctl reset-failed');

    // The schedule would go on with what the host has.
    expect((await on('pull', 'status')).stderr).toBe('');
    configureSource(2);
    for (const options of [[], ['--json'], ['--watch']])
      expect((await on('pull', 'status', ...options)).stderr).toMatch(
        /^warning: host-1 pulls by another configuration: source\.port is 1 there, 2 here\n {2}fix: npx sluice provision /,
      );
  });

  test('where the association is gone from what is built no run starts: nothing of it would reach S3', async () => {
    const file = join(folder(), 'outputs.json');
    const outputs = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...outputs, associations: { value: [] } }));
    for (const command of [['start'], ['run'], ['run', '--dry-run']])
      expect(await on('pull', ...command)).toMatchObject({
        exitCode: 3,
        stderr: expect.stringMatching(/into \/nasdaq, and what is built is none\n {2}fix: .*then npx sluice apply/),
      });
  });

  type Expected = readonly [check: RegExp, detail: RegExp, cure: RegExp];

  async function outOfOrder(script: string, expected: { doctor: Expected; verify: Expected }) {
    await host.exec(script);
    for (const command of ['doctor', 'verify'] as const) {
      const [check, detail, cure] = expected[command];
      const { exitCode, problems } = await findings(command, 'host');
      expect(exitCode).toBe(1);
      expect(problems[0]).toEqual({
        check: expect.stringMatching(check),
        status: 'problem',
        detail: expect.stringMatching(detail),
        cure: expect.stringMatching(cure),
      });
    }
  }

  test('the network: a name that is not there, a silent security group, a port that is taken', async () => {
    const problemOf = async (check: string) =>
      (await findings('doctor', 'host')).problems.find((found) => found.check === check);
    const { dnsName: _, ...nameless } = testFileSystem;
    await host.setFileSystems([nameless]);
    expect(await problemOf('DNS of the file system')).toMatchObject({ cure: expect.stringContaining('DNS hostnames') });
    expect(await problemOf('TCP 988 of the file system')).toMatchObject({ status: 'unknown' });
    await host.setFileSystems([{ ...testFileSystem, network: 'silent' }]);
    expect(await problemOf('TCP 988 of the file system')).toMatchObject({
      status: 'problem',
      cure: expect.stringContaining('1018-1023'),
    });
    await host.run(
      `systemctl stop lustre-server.socket; systemd-run --unit=holder systemd-socket-activate -l 0.0.0.0:988 /bin/cat
until ss -Hltn 'sport = :988' | grep -q 988; do sleep 0.05; done`,
    );
    expect(await problemOf('TCP 988 of the host')).toMatchObject({
      detail: expect.stringMatching(/^systemd-socket holds it|^systemd-socket/),
    });
    await host.run('systemctl stop holder');
    await host.setFileSystems([testFileSystem]);
  });

  test('facts: all of them, in JSON and for a person; a host that is away is said to be', async () => {
    const { exitCode, stdout } = await on('facts', '--json');
    const { facts, unreadable } = JSON.parse(stdout) as { facts: Record<string, unknown>; unreadable: object };
    expect(exitCode).toBe(0);
    expect(unreadable).toEqual({});
    expect(facts).toMatchObject({
      'os-release': { id: 'amzn', versionId: '2023' },
      machine: { glibc: '2.34' },
      [`addresses:${testFileSystem.dnsName}`]: ['10.20.1.5'],
      'text:/etc/fstab': { kind: 'file' },
    });
    const shown = await on('facts');
    for (const key of Object.keys(facts)) expect(shown.stdout).toContain(`  ${key}:`);

    writeOperatorFolder(folder(), { key: host, hosts: [{ name: 'away', address: '127.255.255.254' }] });
    expect(await on('facts', '--no-wait')).toMatchObject({
      exitCode: 4,
      stdout: expect.stringMatching(/^away: .*\n {2}fix: /),
    });
    expect(await findings('doctor', 'host', '--no-wait')).toMatchObject({
      exitCode: 4,
      findings: [{ check: 'log in' }],
    });
  });
});
