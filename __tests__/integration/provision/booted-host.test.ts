/** The roles on a booted host, over SSH and sudo: first run, rerun, check, drift, failure, lost connection, reboot. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinnedHostKeys } from '../../../provision/connection/host-key-policy';
import { ShellConnection, type Transport } from '../../../provision/connection/shell-connection';
import { sshTransport } from '../../../provision/connection/ssh';
import { Secret } from '../../../provision/core/secret';
import { play } from '../../../provision/play';
import type { RuntimeBuild } from '../../../provision/resources/node-runtime';
import type { Role } from '../../../provision/role';
import { ec2Layout } from '../../../provision/roles/layout';
import { hostRoles } from '../../../provision/roles/roles';
import { type BootedHost, bootedHostNeeds, startBootedHost } from '../../helpers/booted-host';
import type { StandInFileSystem } from '../../helpers/booted-host/file-systems';
import { configText, host as hostSection } from '../../helpers/config-text';
import { changesOf, migrationOf, outputsOf, type Played, playOn, testFileSystem } from '../../helpers/host-plays';
import { describeWith } from '../../helpers/needs';

type HostOs = 'amazon-linux-2' | 'amazon-linux-2023';

const plantedSecret = 'planted-private-key-5ec4e7';
const folder = mkdtempSync(join(tmpdir(), 'sluice-runtime-'));
const program = join(folder, 'node');
const programText = '#!/bin/sh\necho v16.20.2\n';
writeFileSync(program, programText);
afterAll(() => rmSync(folder, { recursive: true }));

const sha256 = createHash('sha256').update(programText).digest('hex');
const builds: readonly RuntimeBuild[] = [
  { version: '24.0.0', arch: 'x64', minGlibc: '2.28', sha256 },
  { version: '16.20.2', arch: 'x64', minGlibc: '2.17', sha256 },
  { version: '16.20.2', arch: 'arm64', minGlibc: '2.17', sha256 },
];

function rolesFor(host: BootedHost, os: HostOs, fileSystem: StandInFileSystem = testFileSystem): readonly Role[] {
  return hostRoles({
    migration: migrationOf(configText(hostSection(`os: ${os}`))),
    outputs: outputsOf(host, fileSystem),
    layout: ec2Layout,
    agentBundle: Buffer.from('// the agent\n'),
    credentials: { privateKey: new Secret(plantedSecret) },
    runtime: { builds, source: async () => ({ file: program, sha256 }) },
  });
}

function statuses(played: Played): Record<string, number> {
  return Object.fromEntries(Object.entries(played.recap.counts).filter(([, count]) => count > 0));
}

describeWith(bootedHostNeeds, 'a fresh host', () => {
  test.each(['amazon-linux-2', 'amazon-linux-2023'] as const)('%s: check, apply, rerun, reboot', async (os) => {
    const host = await startBootedHost({ os, fileSystems: [testFileSystem] });
    try {
      const roles = rolesFor(host, os);
      const untouched = await host.run('cat /etc/fstab; ls -A /opt /var/lib /etc');

      const check = await playOn(host, { roles, mode: 'check' });
      expect(check.recap.counts).toMatchObject({ unknown: 0, failed: 0, blocked: 0, skipped: 0 });
      expect(await host.run('cat /etc/fstab; ls -A /opt /var/lib /etc')).toBe(untouched);

      const first = await playOn(host, { roles, mode: 'apply' });
      expect(changesOf(first)).toEqual(changesOf(check));
      expect(first.recap.counts.changed).toBe(check.recap.counts.pending);
      expect(first.recap.counts).toMatchObject({ failed: 0, skipped: 0, changed: expect.any(Number) });

      const second = await playOn(host, { roles, mode: 'apply' });
      expect(statuses(second)).toEqual({ ok: second.tasks.size });
      expect(second.recap.roundTrips).toBeLessThanOrEqual(2);

      expect(await host.run('findmnt -nr -o FSTYPE,SOURCE /fsx')).toBe('lustre 10.20.1.5@tcp:/abcdbbmv\n');
      expect(await host.run('/opt/sluice/node/bin/node --version')).toBe('v16.20.2\n');
      expect(await host.run('stat -c "%a %U" /etc/sluice/credentials/private-key')).toBe('600 root\n');
      expect(await host.run('cat /etc/sluice/credentials/private-key')).toBe(plantedSecret);
      expect((await host.exec('systemd-analyze verify sluice-pull.service')).exitCode).toBe(0);
      for (const text of [first.commandLines, JSON.stringify(first.events), await host.logs()])
        expect(text).not.toContain(plantedSecret);

      await host.run('echo kept >/fsx/file');
      await host.reboot();
      expect(await host.run('cat /fsx/file')).toBe('kept\n');
      expect(statuses(await playOn(host, { roles, mode: 'check' }))).toEqual({ ok: second.tasks.size });
    } finally {
      await host.stop();
    }
  });
});

describeWith(bootedHostNeeds, 'a host that drifted', () => {
  const otherFileSystem: StandInFileSystem = {
    dnsName: 'fs-0fedcba9876543210.fsx.us-east-1.amazonaws.com',
    mountName: 'zyxwvuts',
    lustreVersion: '2.12',
    address: '10.20.1.6',
  };
  let host: BootedHost;
  let roles: readonly Role[];

  beforeAll(async () => {
    host = await startBootedHost({
      os: 'amazon-linux-2',
      fileSystems: [testFileSystem, otherFileSystem],
      files: { 'etc/fstab': '# kept\nLABEL=data  /data\text4 defaults,nofail 0 2' },
    });
    roles = rolesFor(host, 'amazon-linux-2');
    await playOn(host, { roles, mode: 'apply' });
  });
  afterAll(() => host.stop());

  const drifts: readonly (readonly [name: string, script: string, task: string])[] = [
    [
      'the package is gone',
      "sed -i '/^lustre-client /d' /var/lib/stand-ins/packages",
      'lustre-client: package lustre-client',
    ],
    ['fstab has other options', 'sed -i s/noatime/relatime/ /etc/fstab', 'lustre-mount: fstab line for /fsx'],
    ['fstab names another file system', 'sed -i s/abcdbbmv/zyxwvuts/ /etc/fstab', 'lustre-mount: fstab line for /fsx'],
    [
      'the fstab line is doubled',
      "grep ' /fsx ' /etc/fstab >/tmp/line; cat /tmp/line >>/etc/fstab",
      'lustre-mount: fstab line for /fsx',
    ],
    ['the fstab line is gone', "sed -i '/ .fsx /d' /etc/fstab", 'lustre-mount: fstab line for /fsx'],
    ['the mount is gone', 'umount /fsx', 'lustre-mount: mount /fsx'],
    [
      'the mount has other options',
      'mount -i --options-mode ignore -o remount,relatime /fsx',
      'lustre-mount: mount /fsx',
    ],
    [
      'the unit is edited',
      'echo Environment=X=1 >>/etc/systemd/system/sluice-pull.service; systemctl daemon-reload',
      'pull: unit sluice-pull.service',
    ],
    ['the agent is damaged', 'echo >>/opt/sluice/agent.js', 'agent: file /opt/sluice/agent.js'],
    ['the agent has another mode', 'chmod 0666 /opt/sluice/agent.js', 'agent: file /opt/sluice/agent.js'],
    ['the job has another owner', 'chown ec2-user /etc/sluice/job.json', 'pull: file /etc/sluice/job.json'],
    [
      'a credential is readable by all',
      'chmod 0644 /etc/sluice/credentials/private-key',
      'pull: file /etc/sluice/credentials/private-key',
    ],
    ['the runtime is gone', 'rm -r /opt/sluice/node', 'agent: Node.js /opt/sluice/node/bin/node'],
    ['a folder is open to all', 'chmod 0777 /etc/sluice', 'agent: directory /etc/sluice'],
  ];

  test.each(drifts)('%s: mended by exactly one change, and nothing else is touched', async (_, script, task) => {
    await host.run(script);
    const check = await playOn(host, { roles, mode: 'check' });
    const apply = await playOn(host, { roles, mode: 'apply' });
    expect(Object.keys(changesOf(apply))).toEqual([task]);
    expect(apply.tasks.get(task)).toMatchObject({ status: 'changed', changes: [expect.anything()] });
    expect(changesOf(apply)).toEqual(changesOf(check));
    expect(statuses(apply)).toEqual({ ok: apply.tasks.size - 1, changed: 1 });
    const fstab = await host.run('cat /etc/fstab');
    expect(fstab.startsWith('# kept\nLABEL=data  /data\text4 defaults,nofail 0 2\n')).toBe(true);
    expect(fstab.match(/ \/fsx /g)).toHaveLength(1);
  });

  test('another file system on the mount point is a failure that says what to do, and is left there', async () => {
    await host.run(`umount /fsx; mount -t lustre ${otherFileSystem.dnsName}@tcp:/zyxwvuts /fsx`);
    for (const mode of ['check', 'apply'] as const) {
      const played = await playOn(host, { roles, mode });
      expect(played.tasks.get('lustre-mount: mount /fsx')).toMatchObject({
        status: 'failed',
        reason: expect.stringContaining('10.20.1.6@tcp:/zyxwvuts'),
        fix: expect.stringContaining('umount /fsx'),
      });
      expect(played.tasks.get('pull: file /etc/sluice/job.json')).toMatchObject({ status: 'skipped' });
      expect(played.recap.counts.changed).toBe(0);
    }
    expect(await host.run('findmnt -nr -o SOURCE /fsx')).toBe('10.20.1.6@tcp:/zyxwvuts\n');
    await host.run('umount /fsx');
    expect(statuses(await playOn(host, { roles, mode: 'apply' }))).toMatchObject({ changed: 1 });
  });
});

describeWith(bootedHostNeeds, 'a host that cannot be what it shall be', () => {
  let host: BootedHost;
  beforeAll(async () => {
    host = await startBootedHost({ os: 'amazon-linux-2', fileSystems: [testFileSystem] });
  });
  afterAll(() => host.stop());

  test.each([
    ['another operating system', 'amazon-linux-2023', testFileSystem, /runs Amazon Linux 2, not amzn 2023/],
    ['a client too old', 'amazon-linux-2', { ...testFileSystem, lustreVersion: '2.15' }, /lustre2\.10.*not 2\.15/],
  ] as const)('%s blocks the play, and nothing is touched', async (_, os, fileSystem, reason) => {
    const fstab = await host.run('cat /etc/fstab');
    const played = await playOn(host, { roles: rolesFor(host, os, fileSystem), mode: 'apply' });
    const blocked = [...played.tasks.values()].filter(({ status }) => status === 'blocked');
    expect(blocked).toEqual([
      expect.objectContaining({ reason: expect.stringMatching(reason), fix: expect.any(String) }),
    ]);
    expect(played.recap.counts).toMatchObject({ changed: 0, pending: 0 });
    expect(played.recap.roundTrips).toBeLessThanOrEqual(2);
    expect(await host.run('cat /etc/fstab')).toBe(fstab);
  });

  test.each([
    ['refuses', {}, `way to ${testFileSystem.dnsName}`, /security group/],
    ['silent', {}, `way to ${testFileSystem.dnsName}`, /security group/],
    [
      'answers',
      { dnsName: 'fs-gone.fsx.us-east-1.amazonaws.com' },
      'way to fs-gone.fsx.us-east-1.amazonaws.com',
      /resolve/,
    ],
    ['answers', { mountName: 'otherone' }, 'mount /fsx', /mount name/],
  ] as const)(
    'a mount that cannot work (%s) is a failure with its cause; what does not need it goes on',
    async (network, wrong, task, cause) => {
      await host.setFileSystems([{ ...testFileSystem, network }]);
      const roles = rolesFor(host, 'amazon-linux-2', { ...testFileSystem, ...wrong });
      const played = await playOn(host, { roles, mode: 'apply' });
      expect(played.tasks.get(`lustre-mount: ${task}`)).toMatchObject({
        status: 'failed',
        reason: expect.stringMatching(cause),
        fix: expect.any(String),
      });
      expect(played.tasks.get('agent: file /opt/sluice/agent.js')?.status).toMatch(/ok|changed/);
      expect(played.tasks.get('pull: unit sluice-pull.service')).toMatchObject({ status: 'skipped' });
    },
  );

  test('a kernel that the client is not built for is named, with the client that is', async () => {
    await host.run(
      'umount /fsx 2>/dev/null; modprobe -r lustre; echo 5.10.240-238.955.amzn2.x86_64 >/etc/stand-ins/kernel',
    );
    const played = await playOn(host, { roles: rolesFor(host, 'amazon-linux-2'), mode: 'apply' });
    expect(played.tasks.get('lustre-client: client lustre2.10 for a 2.12 file system')).toMatchObject({
      status: 'blocked',
      reason: expect.stringContaining('5.10.240-238.955.amzn2.x86_64'),
      fix: expect.stringContaining('host.lustreClient: lustre'),
    });
    expect(played.recap.counts.changed).toBe(0);
    await host.run('echo 4.14.281-212.502.amzn2.x86_64 >/etc/stand-ins/kernel');
  });

  test('a login without sudo is blocked, with the cure', async () => {
    await host.run("sed -i '/^ec2-user/d' /etc/sudoers");
    const played = await playOn(host, { roles: rolesFor(host, 'amazon-linux-2'), mode: 'apply' });
    expect(played.recap.counts).toMatchObject({ changed: 0 });
    expect([...played.tasks.values()][0]).toMatchObject({ status: 'blocked', reason: expect.stringContaining('sudo') });
    await host.run("echo 'ec2-user ALL=(ALL) NOPASSWD:ALL' >>/etc/sudoers");
  });
});

describeWith(bootedHostNeeds, 'a connection that is lost again and again', () => {
  /** Runs the first commands, then breaks off in the middle of the next. */
  function failingAfter(count: number, inner: Transport): Transport {
    let left = count;
    return {
      ...inner,
      run: async (commandLine, options) => {
        left -= 1;
        if (left >= 0) return inner.run(commandLine, options);
        const running = inner.run(commandLine, options);
        await inner.close();
        return running;
      },
    };
  }

  test('every run says so, goes on where the last one ended, and the last one changes nothing', async () => {
    const host = await startBootedHost({ os: 'amazon-linux-2023', fileSystems: [testFileSystem] });
    try {
      const roles = rolesFor(host, 'amazon-linux-2023');
      const connect = async () => {
        const transport = await sshTransport({
          name: 'host-1',
          address: host.address,
          port: host.port,
          username: host.username,
          hostKey: pinnedHostKeys('host-1', host.hostKeyFingerprints),
          privateKey: new Secret(readFileSync(host.identityFile, 'utf8')),
        });
        return new ShellConnection(failingAfter(5, transport), 'root');
      };
      const run = async () => {
        const [recap] = await play([{ name: 'host-1', connect, roles }], {
          mode: 'apply',
          selection: { tags: [], skipTags: [] },
          forks: 1,
          clock: () => performance.now(),
          reporter: () => {},
        });
        return recap?.counts;
      };
      let interruptions = 0;
      for (let counts = await run(); counts?.unreachable !== 0; counts = await run()) {
        expect(counts).toMatchObject({ unreachable: 1, failed: 0 });
        interruptions += 1;
        expect(interruptions).toBeLessThan(30);
      }
      expect(interruptions).toBeGreaterThan(2);
      const last = await playOn(host, { roles, mode: 'apply' });
      expect(statuses(last)).toEqual({ ok: last.tasks.size });
    } finally {
      await host.stop();
    }
  });
});
