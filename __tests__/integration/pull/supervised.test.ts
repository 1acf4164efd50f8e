/**
 * The pull under systemd on a booted host, as an operator meets it: the run outlives who started it, a kill and a reboot; a lost source is
 * tried again; the schedule starts it; credentials come from AWS or on standard input; a failure reaches the alarm's metric.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PullReport } from '../../../provision/pull/record/report';
import { type EmulatedAws, motoNeed, startEmulatedAws } from '../../helpers/aws-local';
import { type BootedHost, bootedHostNeeds, startBootedHost } from '../../helpers/booted-host';
import { host as hostSection, pull as pullSection, type Sections } from '../../helpers/config-text';
import { type GatedProxy, startGatedProxy } from '../../helpers/gated-proxy';
import { testFileSystem } from '../../helpers/host-plays';
import { type InstanceMetadata, startInstanceMetadata } from '../../helpers/instance-metadata';
import { describeWith } from '../../helpers/needs';
import { type Ran, sluice as runSluice, writeOperatorFolder } from '../../helpers/operator';
import { writeTreeFile } from '../../helpers/pull-tree';
import { agentBuilt, runtimesNeed } from '../../helpers/runtimes';
import { type Sshd, startSshd } from '../../helpers/sshd';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { until } from '../../helpers/until';

const needs = [...bootedHostNeeds, motoNeed, agentBuilt, runtimesNeed(['24.21.0'])];
const secret = 'market-data/sftp-key';
const largeBytes = 12_000_000;

describeWith(needs, 'the pull, supervised by systemd', () => {
  const folder = useTemporaryFolder();
  let host: BootedHost;
  let source: Sshd;
  let gate: GatedProxy;
  let aws: EmulatedAws;
  let awsProxy: GatedProxy;
  let metadata: InstanceMetadata;

  /** Ends the commands of a test that failed. */
  const over = new AbortController();

  afterEach(async () => {
    over.abort();
    await host?.stop();
    await Promise.all([gate?.close(), awsProxy?.close(), metadata?.close()]);
    await Promise.all([source?.stop(), aws?.close()]);
  });

  const tree = () => join(folder(), 'outgoing');
  const digests = `find . -type f -print0 | sort -z | xargs -0 sha256sum`;

  /** What the configuration says beside the usual. */
  function configure({ credentials, pull = [] }: { credentials: string; pull?: readonly string[] }): void {
    const sections: Sections = {
      ...hostSection('os: amazon-linux-2023'),
      source: `source:
  host: ${host.gateway}
  port: ${gate.port}
  username: ${source.username}
  hostKeys: ["${source.hostKeyFingerprint}"]
  credentials: { privateKey: ${credentials} }
  path: ${tree()}`,
      alarms: 'alarms: { emails: [op@example.com] }',
      ...pullSection('resources: { memoryMiB: 1024 }', ...pull),
    };
    writeOperatorFolder(folder(), { key: host, hosts: [{ name: 'host-1', address: host.address }], sections });
  }

  function sluice(command: readonly string[], more: { signal?: AbortSignal; stdin?: string } = {}): Promise<Ran> {
    return runSluice(folder(), [command, host.hostKeyFingerprints], { signal: over.signal, ...more });
  }

  async function provision(): Promise<void> {
    const { exitCode, stdout, stderr } = await sluice(['provision']);
    if (exitCode !== 0) throw new Error(`${stdout}${stderr}`);
  }

  async function status(): Promise<{ state: string; isUnfinished: boolean; nextRun: string | null; run?: string }> {
    const { stdout, stderr } = await sluice(['pull', 'status', '--json']);
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  }

  function reportOf({ stdout, stderr }: Ran): PullReport {
    const last = stdout.trim().split('\n').at(-1) ?? '';
    const { report } = JSON.parse(last === '' ? '{}' : last);
    if (report === undefined) throw new Error(`no report; ${stderr}${last}`);
    return report;
  }

  /** The units reach AWS as played here, and do not wait long between tries. */
  async function leadToStandIns(): Promise<void> {
    const environment = `Environment=AWS_ENDPOINT_URL=http://${host.gateway}:${awsProxy.port} AWS_EC2_METADATA_SERVICE_ENDPOINT=${metadata.endpoint}`;
    await host.run(`cd /etc/systemd/system
mkdir -p sluice-pull.service.d sluice-pull-failed.service.d
printf '[Service]\\nRestartSec=1\\n${environment}\\n' >sluice-pull.service.d/stand-ins.conf
printf '[Service]\\n${environment}\\n' >sluice-pull-failed.service.d/stand-ins.conf
systemctl daemon-reload`);
  }

  test('a run from its start to a reboot and beyond; schedule, failure, stop', async () => {
    [host, aws] = await Promise.all([
      startBootedHost({ os: 'amazon-linux-2023', fileSystems: [testFileSystem] }),
      startEmulatedAws(),
    ]);
    source = await startSshd({ address: host.gateway });
    gate = await startGatedProxy(source, host.gateway);
    const { hostname, port } = new URL(aws.endpoint);
    awsProxy = await startGatedProxy({ host: hostname, port: Number(port) }, host.gateway);
    metadata = await startInstanceMetadata({ address: host.gateway });
    mkdirSync(tree());
    for (let index = 0; index < 20; index += 1)
      writeTreeFile(tree(), `small-${index}`, { sizeBytes: 100, mode: 0o644 });
    writeTreeFile(tree(), 'large', { sizeBytes: largeBytes, mode: 0o644 });
    const key = readFileSync(source.identityFile, 'utf8');
    await aws.json('secretsmanager', 'secretsmanager.CreateSecret', { Name: secret, SecretString: key });
    configure({
      credentials: `{ secretsManager: ${secret} }`,
      pull: ['schedule: { onCalendar: "01-01 00:00" }'],
    });
    expect(await sluice(['pull', 'status'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('sluice provision'),
    });
    await provision();
    await leadToStandIns();
    // systemd reckons anew after its reload.
    await until(async () => /-01-01 00:00:00 UTC$/.test((await status()).nextRun ?? ''));

    // One operator follows the run through all that happens to it.
    gate.hold(4_000_000);
    const followed = sluice(['pull', 'run', '--json']);
    await until(gate.isHolding);
    expect(await host.run('systemctl show -p MemoryMax --value sluice-pull')).toBe(`${1024 ** 3}\n`);
    expect((await sluice(['pull', 'start'])).stdout).toMatch(/^already running, with the settings that it began with;/);
    const joined = sluice(['pull', 'run']);

    // Another one leaves; the run does not care.
    const leaving = new AbortController();
    const watching = sluice(['pull', 'status', '--watch'], { signal: leaving.signal });
    leaving.abort();
    expect((await watching).exitCode).toBe(130);
    expect((await status()).state).toBe('running');

    // Killed, it is started again; with the source away it is tried again.
    const killed = (await status()).run;
    gate.refuse();
    await host.run('systemctl kill --signal=KILL sluice-pull.service');
    await until(async () => (await status()).state === 'waiting');
    gate.open();
    gate.hold(4_000_000);
    await until(gate.isHolding);
    expect((await status()).run).not.toBe(killed);

    // Rebooted, it goes on.
    await host.reboot();
    gate.open();
    const first = reportOf(await followed);
    expect((await joined).stderr).toContain(
      'a run is under way already, with the settings that it began with: this is it\n',
    );
    expect(first).toMatchObject({ state: 'SUCCESS', counts: { failed: 0 } });
    expect(first.counts.filesTransferred + first.counts.filesUnchanged).toBe(21);
    expect(await host.run(`cd /fsx/nasdaq && ${digests}`)).toBe(
      execFileSync('sh', ['-c', `cd ${tree()} && ${digests}`], { encoding: 'utf8' }),
    );
    await until(async () => (await status()).state === 'idle');
    expect(await status()).toMatchObject({ isUnfinished: false });
    expect(await host.run('sudo -u nobody cat /var/lib/sluice/metrics/sluice.prom')).toContain('state="SUCCESS"} 1');
    expect((await host.exec('sudo -u nobody ls /var/lib/sluice/runs')).exitCode).not.toBe(0);

    // The schedule is changed, drifts, is mended, and starts runs; then it is none.
    configure({ credentials: `{ secretsManager: ${secret} }`, pull: ['schedule: { onCalendar: "*:*:0/2" }'] });
    await provision();
    await host.run('systemctl disable --now sluice-pull.timer');
    const drift = await sluice(['provision', '--check', '--tags', 'pull']);
    expect(drift).toMatchObject({ exitCode: 2, stdout: expect.stringContaining('unit sluice-pull.timer') });
    const { run: before } = await status();
    await provision();
    await until(async () => (await status()).run !== before);
    configure({ credentials: `{ secretsManager: ${secret} }` });
    await provision();
    expect(await status()).toMatchObject({ nextRun: null });

    // Stopped, it stays stopped, and nothing is left to go on with.
    await until(async () => (await status()).state === 'idle');
    writeTreeFile(tree(), 'more', { sizeBytes: largeBytes, mode: 0o644 });
    gate.hold(2_000_000);
    expect((await sluice(['pull', 'start'])).stdout).toMatch(/^started/);
    await until(gate.isHolding);
    expect((await sluice(['pull', 'stop'])).stdout).toBe('stopped\n');
    expect(await status()).toMatchObject({ state: 'idle', isUnfinished: false });
    expect((await sluice(['pull', 'stop'])).stdout).toBe('nothing was running\n');

    // A failure reaches the metric of the alarm; kills, retries and stops were none.
    const told = async () => {
      const query = { Action: 'ListMetrics', Version: '2010-08-01', Namespace: 'sluice' };
      return (await aws.query('monitoring', query)).includes('<MetricName>PullFailed</MetricName>');
    };
    expect(await told()).toBe(false);
    gate.open();
    await aws.json('secretsmanager', 'secretsmanager.DeleteSecret', {
      SecretId: secret,
      ForceDeleteWithoutRecovery: true,
    });
    const failing = await sluice(['pull', 'run', '--json']);
    expect(failing.exitCode).toBe(3);
    expect(reportOf(failing).error?.message).toMatch(
      /the secret market-data\/sftp-key cannot be read: .*find the specified secret/,
    );
    await until(told);

    // Credentials on standard input reach the host's memory and nothing else.
    configure({ credentials: '{ stdin: true }' });
    await provision();
    expect(await sluice(['pull', 'start'])).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('add --credentials-stdin'),
    });
    // It takes none itself: the agent's words, of a file that is not there, would send the operator to the configuration.
    expect(await sluice(['verify'])).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('sluice pull start --credentials-stdin hands it over'),
    });
    const last = await sluice(['pull', 'run', '--json', '--credentials-stdin'], { stdin: key });
    expect(reportOf(last)).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 1 } });
    expect(await host.run('stat -c "%a %U" /run/sluice/credentials /run/sluice/credentials/private-key')).toBe(
      '700 root\n600 root\n',
    );
    const body = key.split('\n')[2] ?? '';
    expect(await host.run(`grep -rlF ${body} /etc /var /opt /home /root /tmp 2>/dev/null || true`)).toBe('');

    // What has run is told without a login: what succeeded, what failed, what was killed.
    const runs: { id: string; state: string }[] = JSON.parse((await sluice(['pull', 'history', '--json'])).stdout);
    expect(runs[0]).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 1 } });
    expect(runs[1]).toMatchObject({ state: 'ERROR', error: { kind: 'config' } });
    expect(runs.find(({ id }) => killed === `runs/${id}`)).toMatchObject({ state: 'UNFINISHED' });

    expect(await sluice(['provision', '--state', 'absent'])).toMatchObject({ exitCode: 0 });
    expect(
      await host.run('ls /etc/systemd/system | grep "^sluice-pull[^.]*[.][a-z]*$" || true; ls -A /run/sluice'),
    ).toBe('');
  });
});
