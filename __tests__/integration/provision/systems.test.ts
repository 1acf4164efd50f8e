/** Every system that a host can run: the client from its repository, the kernels that have one, a mirror that fails, a reboot, large hosts. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../../provision/core/secret';
import { ec2Layout } from '../../../provision/roles/layout';
import type { HostOs } from '../../../provision/roles/lustre-clients';
import { hostRoles } from '../../../provision/roles/roles';
import { type BootedHost, type BootedHostOptions, bootedHostNeeds, startBootedHost } from '../../helpers/booted-host';
import { configText, host as hostSection } from '../../helpers/config-text';
import {
  changesOf,
  migrationOf,
  outputsOf,
  type Played,
  playOn,
  statuses,
  testFileSystem,
} from '../../helpers/host-plays';
import { describeWith } from '../../helpers/needs';
import { useSharedFolder } from '../../helpers/temporary-folder';

/** Node.js as far as a host's unit sees: keeps the Lustre parameters that it starts with. */
const programText = '#!/bin/sh\ncp /run/lustre-parameters /var/lib/sluice/seen\n';
const sha256 = createHash('sha256').update(programText).digest('hex');
const folder = useSharedFolder();

interface Settings {
  readonly os: HostOs;
  readonly allowReboot?: boolean;
  readonly lustreVersion?: '2.12' | '2.15';
  readonly lines?: readonly string[];
}

function rolesOn(host: BootedHost, { os, allowReboot = false, lustreVersion = '2.12', lines = [] }: Settings) {
  const program = join(folder(), 'node');
  writeFileSync(program, programText);
  const image = 'image: { amiId: ami-0a1b2c3d4e5f60718 }';
  return hostRoles({
    migration: migrationOf(configText(hostSection(`os: ${os}`, image, ...lines))),
    outputs: outputsOf(host, { ...testFileSystem, lustreVersion }),
    layout: ec2Layout,
    agentBundle: Buffer.from('// the agent\n'),
    credentials: { privateKey: new Secret('hush') },
    runtime: {
      builds: [{ version: '24.0.0', arch: 'x64', minGlibc: '2.17', sha256 }],
      source: async () => ({ file: program, sha256 }),
    },
    allowReboot,
  });
}

async function withHost(options: BootedHostOptions, use: (host: BootedHost) => Promise<void>): Promise<void> {
  const host = await startBootedHost({ fileSystems: [testFileSystem], ...options });
  try {
    await use(host);
  } finally {
    await host.stop();
  }
}

const blockedOf = ({ tasks }: Played) => [...tasks.values()].filter(({ status }) => status === 'blocked');

interface System {
  readonly os: HostOs;
  /** Breaks one thing. */
  readonly drift: string;
  readonly mendedBy: string;
  readonly module: string;
}

const key = 'lustre-client: signing key';
const systems: readonly System[] = [
  {
    os: 'ubuntu-22.04',
    drift: 'echo "deb http://elsewhere jammy main" >/etc/apt/sources.list.d/fsxlustreclientrepo.list',
    mendedBy: 'lustre-client: file /etc/apt/sources.list.d/fsxlustreclientrepo.list',
    module: '2.15.6',
  },
  {
    os: 'ubuntu-24.04',
    drift: ': >/usr/share/keyrings/fsx-ubuntu-public-key.asc',
    mendedBy: `${key} /usr/share/keyrings/fsx-ubuntu-public-key.asc`,
    module: '2.15.6',
  },
  {
    os: 'rhel-8',
    drift: "sed -i '/^lustre-client /d' /var/lib/stand-ins/packages",
    mendedBy: 'lustre-client: package lustre-client',
    module: '2.12.9',
  },
  {
    os: 'rhel-9',
    drift: "sed -i 's,/9.6/,/9/,' /etc/yum.repos.d/aws-fsx.repo",
    mendedBy: 'lustre-client: file /etc/yum.repos.d/aws-fsx.repo',
    module: '2.15.6',
  },
  {
    os: 'rocky-8',
    drift: 'rm /etc/pki/rpm-gpg/RPM-GPG-KEY-aws-fsx',
    mendedBy: `${key} /etc/pki/rpm-gpg/RPM-GPG-KEY-aws-fsx`,
    module: '2.12.9',
  },
  {
    os: 'rocky-9',
    drift: 'umount /fsx; modprobe -r lustre',
    mendedBy: 'lustre-client: kernel module lustre',
    module: '2.15.6',
  },
];

describeWith(bootedHostNeeds, 'a host of another system', () => {
  test.each(systems)(
    '$os: check says what the apply does, a rerun is empty in two round trips, a drift is mended',
    async ({ os, drift, mendedBy, module }) => {
      await withHost({ os }, async (host) => {
        const roles = rolesOn(host, { os });
        const check = await playOn(host, { roles, mode: 'check' });
        const first = await playOn(host, { roles, mode: 'apply' });
        expect(statuses(first)).toEqual({ changed: expect.any(Number), ok: expect.any(Number) });
        expect(changesOf(first)).toEqual(changesOf(check));
        expect(await host.run('modinfo -F version lustre')).toBe(`${module}\n`);
        expect(await host.run('findmnt -nr -o FSTYPE /fsx')).toBe('lustre\n');

        const second = await playOn(host, { roles, mode: 'apply' });
        expect(statuses(second)).toEqual({ ok: second.tasks.size });
        expect(second.recap.roundTrips).toBeLessThanOrEqual(2);

        await host.run(drift);
        const mended = await playOn(host, { roles, mode: 'apply' });
        expect(Object.keys(changesOf(mended))).toContain(mendedBy);
        expect(statuses(mended)).toEqual({ changed: expect.any(Number), ok: expect.any(Number) });
      });
    },
  );

  test.each(['ubuntu-24.04', 'rocky-9', 'amazon-linux-2023'] as const)(
    '%s: a mirror that does not answer is named, and a rerun goes on once it does',
    async (os) => {
      await withHost({ os, files: { 'etc/stand-ins/mirror': 'fails\n' } }, async (host) => {
        const roles = rolesOn(host, { os });
        const failed = await playOn(host, { roles, mode: 'apply', tags: ['lustre-client'] });
        const [failure] = [...failed.tasks.values()].filter(({ status }) => status === 'failed');
        expect(failure).toMatchObject({
          reason: expect.stringMatching(/does not answer|cannot be fetched/),
          fix: expect.stringContaining('HTTPS'),
        });
        await host.run('rm /etc/stand-ins/mirror');
        const again = await playOn(host, { roles, mode: 'apply', tags: ['lustre-client'] });
        expect(again.recap.counts).toMatchObject({ failed: 0, skipped: 0 });
      });
    },
  );
});

describeWith(bootedHostNeeds, 'a kernel that no client is built for', () => {
  test.each([
    ['rocky-9', '5.14.0-284.30.1.el9_2.x86_64', /running kernel 5\.14\.0-284.*5\.14\.0-570/],
    ['ubuntu-22.04', '5.15.0-1060-aws', /5\.15\.0-1015 to 5\.15\.0-1051/],
    ['ubuntu-24.04', '6.8.0-45-generic', /6\.8\.0-45-generic/],
    ['amazon-linux-2023', '6.1.66-91.160.amzn2023.x86_64', /6\.1 from 6\.1\.79-99\.167 on/],
  ] as const)('%s with %s is blocked, and nothing is touched', async (os, kernel, reason) => {
    await withHost({ os, kernel }, async (host) => {
      const before = await host.run('find /etc /opt /usr/share/keyrings -newer /etc/machine-id -type f | sort');
      const played = await playOn(host, { roles: rolesOn(host, { os }), mode: 'apply' });
      expect(blockedOf(played)).toEqual([
        expect.objectContaining({
          reason: expect.stringMatching(reason),
          fix: expect.stringContaining('--allow-reboot'),
        }),
      ]);
      expect(played.recap.counts).toMatchObject({ changed: 0, failed: 0 });
      expect(await host.run('find /etc /opt /usr/share/keyrings -newer /etc/machine-id -type f | sort')).toBe(before);
    });
  });

  test('--allow-reboot updates the kernel, boots it, and goes on; check says unknown of what depends on it', async () => {
    const os = 'ubuntu-22.04';
    const newest = '6.8.0-1029-aws';
    const files = { 'etc/stand-ins/newest-kernel': `${newest}\n` };
    await withHost({ os, kernel: '5.15.0-1060-aws', files }, async (host) => {
      const roles = rolesOn(host, { os, allowReboot: true });
      const bootId = await host.run('cat /proc/sys/kernel/random/boot_id');
      const check = await playOn(host, { roles, mode: 'check' });
      expect(check.tasks.get('lustre-client: client lustre-client for a 2.12 file system')).toMatchObject({
        status: 'pending',
        changes: [{ path: 'kernel', from: '5.15.0-1060-aws' }],
      });
      expect(check.tasks.get('lustre-client: package lustre-client')).toMatchObject({ status: 'unknown' });

      const applied = await playOn(host, { roles, mode: 'apply' });
      expect(applied.recap.counts).toMatchObject({ failed: 0, skipped: 0, unreachable: 0 });
      expect(await host.run('cat /proc/sys/kernel/random/boot_id')).not.toBe(bootId);
      expect(await host.run('uname -r')).toBe(`${newest}\n`);
      expect(await host.run('findmnt -nr -o FSTYPE /fsx')).toBe('lustre\n');
      expect(statuses(await playOn(host, { roles, mode: 'apply' }))).toEqual({ ok: applied.tasks.size });
    });
  });

  test('a kernel that waits for the next boot, and has no client, is a warning', async () => {
    const os = 'amazon-linux-2';
    await withHost({ os, files: { 'boot/vmlinuz-5.10.240-238.955.amzn2.x86_64': '' } }, async (host) => {
      const roles = rolesOn(host, { os });
      await playOn(host, { roles, mode: 'apply' });
      const again = await playOn(host, { roles, mode: 'apply' });
      expect(again.tasks.get('lustre-client: kernel module lustre')).toMatchObject({
        status: 'ok',
        reason: expect.stringContaining('5.10.240-238.955.amzn2.x86_64'),
        fix: expect.stringContaining('before it boots again'),
      });
    });
  });
});

describeWith(bootedHostNeeds, 'a large host', () => {
  test('is tuned now, when modules are loaded, and at every mount before the pull begins', async () => {
    const os = 'amazon-linux-2023';
    await withHost({ os, files: { 'etc/stand-ins/processors': '96\n' } }, async (host) => {
      await host.run('echo "MemTotal:       130000000 kB" >/run/meminfo; mount --bind /run/meminfo /proc/meminfo');
      const roles = rolesOn(host, { os });
      const check = await playOn(host, { roles, mode: 'check' });
      expect(check.tasks.get('lustre-mount: tuning of a large host')).toMatchObject({ status: 'unknown' });
      const first = await playOn(host, { roles, mode: 'apply' });
      expect(first.recap.counts).toMatchObject({ failed: 0, skipped: 0 });
      const age =
        'lctl get_param ldlm.namespaces.*.lru_max_age ldlm.namespaces.*.lru_size osc.*OST*.max_rpcs_in_flight';
      const tuned = ['lru_max_age=600000', 'lru_size=9600', 'max_rpcs_in_flight=32'];
      for (const setting of tuned) expect(await host.run(age)).toContain(setting);
      expect(await host.run('cat /etc/modprobe.d/sluice-lustre.conf')).toContain('ptlrpcd_per_cpt_max=32');
      expect(statuses(await playOn(host, { roles, mode: 'apply' }))).toEqual({ ok: first.tasks.size });

      await host.run('lctl set_param osc.*OST*.max_rpcs_in_flight=8');
      const mended = await playOn(host, { roles, mode: 'apply' });
      expect(changesOf(mended)).toEqual({
        'lustre-mount: tuning of a large host': [
          { path: 'osc.*OST*.max_rpcs_in_flight', action: 'update', from: '8', to: '32' },
        ],
      });

      await host.reboot();
      await host.run('systemctl start --wait sluice-pull');
      for (const setting of tuned) expect(await host.run('cat /var/lib/sluice/seen')).toContain(setting);
    });
  });
});
