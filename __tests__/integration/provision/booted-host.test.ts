/** The roles on a booted host, over SSH and sudo: a check that touches nothing, a reboot, secrets, odd drifts, and what cannot work. */
import type { Role } from '../../../provision/role';
import { type BootedHost, bootedHostNeeds, startBootedHost, withBootedHost } from '../../helpers/booted-host';
import { fileSystem } from '../../helpers/config-text';
import { rolesFor } from '../../helpers/host-input';
import { changesOf, playOn, statuses, testFileSystem } from '../../helpers/host-plays';
import { describeWith } from '../../helpers/needs';

const nodeTask = 'agent: Node.js /opt/sluice/node/bin/node';
const plantedSecret = 'planted-private-key-5ec4e7';

describeWith(bootedHostNeeds, 'a fresh host', () => {
  test.each(['amazon-linux-2', 'amazon-linux-2023'] as const)('%s: check, apply, reboot', async (os) => {
    await withBootedHost({ os, fileSystems: [testFileSystem] }, async (host) => {
      const roles = rolesFor(host, { os, privateKey: plantedSecret });
      const untouched = await host.run('cat /etc/fstab; ls -A /opt /var/lib /etc');

      const check = await playOn(host, { roles, mode: 'check' });
      expect(check.recap.counts).toMatchObject({ unknown: 0, failed: 0, blocked: 0, skipped: 0 });
      expect(await host.run('cat /etc/fstab; ls -A /opt /var/lib /etc')).toBe(untouched);

      const first = await playOn(host, { roles, mode: 'apply' });
      expect(first.recap.counts.changed).toBe(check.recap.counts.pending);
      // Amazon Linux 2 has a C library too old for the newest Node.js.
      expect(first.tasks.get(nodeTask)?.changes[0]?.to).toMatch(os === 'amazon-linux-2' ? /^16\.20\.2 / : /^24\.0\.0 /);
      expect(await host.run('stat -c "%a %U" /etc/sluice/credentials/private-key')).toBe('600 root\n');
      expect(await host.run('cat /etc/sluice/credentials/private-key')).toBe(plantedSecret);
      expect((await host.exec('systemd-analyze verify sluice-pull.service')).exitCode).toBe(0);
      for (const text of [first.commandLines, JSON.stringify(first.events), await host.logs()])
        expect(text).not.toContain(plantedSecret);

      await host.run('echo kept >/fsx/file');
      await host.reboot();
      expect(await host.run('cat /fsx/file')).toBe('kept\n');
      expect(statuses(await playOn(host, { roles, mode: 'check' }))).toEqual({ ok: first.tasks.size });
    });
  });
});

describeWith(bootedHostNeeds, 'a host that drifted in odd ways', () => {
  const kept = '# kept\nLABEL=data  /data\text4 defaults,nofail 0 2';
  let host: BootedHost;
  let roles: readonly Role[];

  beforeAll(async () => {
    host = await startBootedHost({
      os: 'amazon-linux-2',
      fileSystems: [testFileSystem],
      files: { 'etc/fstab': kept },
    });
    roles = rolesFor(host, { os: 'amazon-linux-2' });
    await playOn(host, { roles, mode: 'apply' });
  });
  afterAll(() => host.stop());

  test.each([
    ['fstab names another file system', 'sed -i s/abcdbbmv/zyxwvuts/ /etc/fstab', 'lustre-mount: fstab line for /fsx'],
    ['the fstab line is gone', "sed -i '/ .fsx /d' /etc/fstab", 'lustre-mount: fstab line for /fsx'],
    [
      'the mount has another option of Lustre',
      `umount /fsx; mount -t lustre -o noatime,localflock ${testFileSystem.dnsName}@tcp:/abcdbbmv /fsx`,
      'lustre-mount: mount /fsx',
    ],
    ['the job has another owner', 'chown ec2-user /etc/sluice/job.json', 'pull: file /etc/sluice/job.json'],
    [
      'a credential is readable by all',
      'chmod 0644 /etc/sluice/credentials/private-key',
      'pull: file /etc/sluice/credentials/private-key',
    ],
    ['a folder is open to all', 'chmod 0777 /etc/sluice', 'agent: directory /etc/sluice'],
  ])('%s: the check says which change mends it, and nothing else is touched', async (_, script, task) => {
    await host.run(script);
    const check = await playOn(host, { roles, mode: 'check' });
    const apply = await playOn(host, { roles, mode: 'apply' });
    expect(changesOf(apply)).toEqual({ [task]: [expect.anything()] });
    expect(changesOf(apply)).toEqual(changesOf(check));
    expect(statuses(apply)).toEqual({ ok: apply.tasks.size - 1, changed: 1 });
    const fstab = await host.run('cat /etc/fstab');
    expect(fstab.startsWith(`${kept}\n`)).toBe(true);
    expect(fstab.match(/ \/fsx /g)).toHaveLength(1);
  });

  /** All of them but `alarms`: whether a failed pull has an alarm is known to both, as the host feeds it. */
  test('settings that only the infrastructure reads change nothing on it', async () => {
    const { fileSystem: larger = '' } = fileSystem(
      'storageCapacityGiB: 4800',
      'throughputMBpsPerTiB: 500',
      'dataCompression: LZ4',
      'kmsKey: create',
      'logLevel: ERROR_ONLY',
      'weeklyMaintenanceStart: "7:02:00"',
      'preventDestroy: false',
    );
    const sections = {
      tags: 'tags: { team: other }',
      network: 'network: { mode: create, access: private, cidr: 10.30.0.0/16 }',
      fileSystem: `${larger}\n`.replace(
        'dataRepository: s3://example-market-data/nasdaq\n',
        'dataRepository: s3://example-market-data/nasdaq\n      autoExport: [NEW]\n    - { path: /nyse, dataRepository: s3://other-market-data }\n',
      ),
      buckets: 'buckets: [{ name: example-market-data, versioning: true, kmsKey: create }]',
      budget: 'budget: { monthlyUsd: 500, emails: [op@example.com] }',
      state: 'state: { s3: { bucket: example-state } }',
    };
    const lines = [
      'instanceType: m7i.large',
      'count: 2',
      'purchase: spot',
      'rootVolumeGiB: 40',
      'sessionManager: true',
    ];
    const check = await playOn(host, {
      roles: rolesFor(host, { os: 'amazon-linux-2', lines, sections }),
      mode: 'check',
    });
    expect(statuses(check)).toEqual({ ok: check.tasks.size });
  });

  test('a drop-in that leaves a unit no command is told as that, and what the message says mends it', async () => {
    const dropIn = '/etc/systemd/system/sluice-pull.service.d/x.conf';
    await host.run(
      `mkdir "$(dirname ${dropIn})"; printf '[Service]\\nExecStart=\\n' >${dropIn}; systemctl daemon-reload`,
    );
    for (const mode of ['check', 'apply'] as const)
      expect((await playOn(host, { roles, mode })).tasks.get('pull: unit sluice-pull.service')).toMatchObject({
        status: 'failed',
        reason: expect.stringContaining(`with ${dropIn} in place systemd takes no definition`),
      });
    await host.run(`rm -r "$(dirname ${dropIn})"; systemctl daemon-reload`);
    expect((await playOn(host, { roles, mode: 'apply' })).recap.counts).toMatchObject({ changed: 0, failed: 0 });
  });

  test('options that want it mounted anew wait for whoever uses it', async () => {
    await host.run(`umount /fsx; mount -t lustre -o noatime,localflock ${testFileSystem.dnsName}@tcp:/abcdbbmv /fsx`);
    await host.run('systemd-run --quiet --unit=holder --working-directory=/fsx sleep infinity');
    expect((await playOn(host, { roles, mode: 'apply' })).tasks.get('lustre-mount: mount /fsx')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('is busy'),
      fix: expect.stringContaining('fuser -vm'),
    });
    await host.run('systemctl stop holder');
    expect(statuses(await playOn(host, { roles, mode: 'apply' }))).toMatchObject({ changed: 1 });
    expect(await host.run('findmnt -nr -o OPTIONS /fsx')).toMatch(/noatime,flock/);
  });

  test('where programs may not be run, that is said before the first pull fails of it', async () => {
    const node = async () => (await playOn(host, { roles, mode: 'check' })).tasks.get(nodeTask);
    await host.run(
      'mount --bind /opt /opt; mount -o remount,bind,noexec /opt; mkdir -p /opt/sluice-other; mount -t tmpfs tmpfs /opt/sluice-other',
    );
    expect(await node()).toMatchObject({
      status: 'failed',
      reason: '/opt/sluice/node/bin/node cannot be run: /opt is mounted noexec',
      fix: expect.stringContaining('remount,exec /opt'),
    });
    await host.run('umount /opt/sluice-other; rmdir /opt/sluice-other; mount -o remount,bind,exec /opt');
    expect(await node()).toMatchObject({ status: 'ok' });
    await host.run('umount /opt');
  });

  test('where there is no room for Node.js, a check tells it as an apply does', async () => {
    await host.run('mount -t tmpfs -o size=64m tmpfs /opt');
    for (const mode of ['check', 'apply'] as const)
      expect((await playOn(host, { roles, mode, tags: ['agent'] })).tasks.get(nodeTask)).toMatchObject({
        status: 'failed',
        reason: '/opt/sluice/node/bin/node needs 128 MiB, and 64.0 MiB are free there',
      });
    await host.run('umount /opt');
  });

  test('a file system of another kind on the mount point is a failure, in a check too, and what needs the mount is skipped', async () => {
    await host.run('umount /fsx; mount -t tmpfs other /fsx');
    for (const mode of ['check', 'apply'] as const) {
      const played = await playOn(host, { roles, mode });
      expect(played.tasks.get('lustre-mount: mount /fsx')).toMatchObject({
        status: 'failed',
        reason: expect.stringContaining('tmpfs other'),
        fix: expect.stringContaining('umount /fsx'),
      });
      expect(played.tasks.get('pull: file /etc/sluice/job.json')).toMatchObject({ status: 'skipped' });
      expect(played.recap.counts.changed).toBe(0);
    }
    expect(await host.run('findmnt -nr -o SOURCE /fsx')).toBe('other\n');
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
    const played = await playOn(host, { roles: rolesFor(host, { os, fileSystem }), mode: 'apply' });
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
      const roles = rolesFor(host, { os: 'amazon-linux-2', fileSystem: { ...testFileSystem, ...wrong } });
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
    const played = await playOn(host, { roles: rolesFor(host, { os: 'amazon-linux-2' }), mode: 'apply' });
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
    const played = await playOn(host, { roles: rolesFor(host, { os: 'amazon-linux-2' }), mode: 'apply' });
    expect(played.recap.counts).toMatchObject({ changed: 0 });
    expect([...played.tasks.values()][0]).toMatchObject({ status: 'blocked', reason: expect.stringContaining('sudo') });
    await host.run("echo 'ec2-user ALL=(ALL) NOPASSWD:ALL' >>/etc/sudoers");
  });
});
