/** What a host may meet on its way to a client: kernels that have none, a mirror that fails, a reboot; and what large hosts get more. */
import { type BootedHostOptions, bootedHostNeeds, withBootedHost } from '../../helpers/booted-host';
import { rolesFor } from '../../helpers/host-input';
import { changesOf, type Played, playOn, statuses, testFileSystem } from '../../helpers/host-plays';
import { describeWith } from '../../helpers/needs';

const withHost = (options: BootedHostOptions, use: Parameters<typeof withBootedHost>[1]) =>
  withBootedHost({ fileSystems: [testFileSystem], ...options }, use);

const blockedOf = ({ tasks }: Played) => [...tasks.values()].filter(({ status }) => status === 'blocked');

describeWith(bootedHostNeeds, 'a mirror that does not answer', () => {
  test.each(['ubuntu-24.04', 'rocky-9', 'amazon-linux-2023'] as const)(
    '%s: it is named, and a rerun goes on once it answers',
    async (os) => {
      await withHost({ os, files: { 'etc/stand-ins/mirror': 'fails\n' } }, async (host) => {
        const roles = rolesFor(host, { os });
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

describeWith(bootedHostNeeds, 'an installation that a power cut left half done', () => {
  test('is finished first: apt-get would install nothing before', async () => {
    const os = 'ubuntu-24.04';
    await withHost({ os, files: { 'var/lib/dpkg/updates/0001': '' } }, async (host) => {
      const played = await playOn(host, { roles: rolesFor(host, { os }), mode: 'apply', tags: ['lustre-client'] });
      expect(played.tasks.get('lustre-client: package lustre-client')).toMatchObject({ status: 'changed' });
      expect(await host.run('ls -A /var/lib/dpkg/updates')).toBe('');
    });
  });
});

describeWith(bootedHostNeeds, 'a kernel that no client is built for', () => {
  test.each([
    ['rocky-9', '5.14.0-284.30.1.el9_2.x86_64', /running kernel 5\.14\.0-284.*5\.14\.0-570/],
    ['ubuntu-22.04', '5.15.0-1060-aws', /5\.15\.0-1015 to 5\.15\.0-1051/],
    ['ubuntu-24.04', '6.8.0-45-generic', /6\.8\.0-45-generic; .*-aws kernels: .*6\.8\.0-1024/],
    ['amazon-linux-2023', '6.1.66-91.160.amzn2023.x86_64', /6\.1 from 6\.1\.79-99\.167 on/],
    ['rhel-8', '4.18.0-193.28.1.el8_2.aarch64', /4\.18\.0-193.*any 4\.18\.0-305/],
  ] as const)('%s with %s is blocked, and nothing is touched', async (os, kernel, reason) => {
    await withHost({ os, kernel }, async (host) => {
      const before = await host.run('find /etc /opt /usr/share/keyrings -newer /etc/machine-id -type f | sort');
      const played = await playOn(host, { roles: rolesFor(host, { os }), mode: 'apply' });
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

  test.each([
    ['ubuntu-22.04', '5.15.0-1060-aws', '6.8.0-1029-aws'],
    ['amazon-linux-2023', '6.1.66-91.160.amzn2023.x86_64', '6.1.115-126.197.amzn2023.x86_64'],
  ] as const)(
    '%s: --allow-reboot updates the kernel, boots it, and goes on; check says unknown of what depends on it',
    async (os, kernel, newest) => {
      const files = { 'etc/stand-ins/newest-kernel': `${newest}\n` };
      await withHost({ os, kernel, files }, async (host) => {
        const roles = rolesFor(host, { os, allowReboot: true });
        const bootId = await host.run('cat /proc/sys/kernel/random/boot_id');
        const check = await playOn(host, { roles, mode: 'check' });
        expect(check.tasks.get('lustre-client: client lustre-client for a 2.12 file system')).toMatchObject({
          status: 'pending',
          changes: [{ path: 'kernel', from: kernel }],
        });
        expect(check.tasks.get('lustre-client: package lustre-client')).toMatchObject({ status: 'unknown' });

        const applied = await playOn(host, { roles, mode: 'apply' });
        expect(applied.recap.counts).toMatchObject({ failed: 0, skipped: 0, unreachable: 0 });
        expect(await host.run('cat /proc/sys/kernel/random/boot_id')).not.toBe(bootId);
        expect(await host.run('uname -r')).toBe(`${newest}\n`);
        expect(await host.run('findmnt -nr -o FSTYPE /fsx')).toBe('lustre\n');
        expect(statuses(await playOn(host, { roles, mode: 'apply' }))).toEqual({ ok: applied.tasks.size });
      });
    },
  );

  test('--allow-reboot boots nothing where the next boot would run the same kernel', async () => {
    const os = 'ubuntu-22.04';
    const kernel = '5.15.0-1060-aws';
    await withHost({ os, kernel, files: { [`boot/vmlinuz-${kernel}`]: '' } }, async (host) => {
      const bootId = await host.run('cat /proc/sys/kernel/random/boot_id');
      const played = await playOn(host, { roles: rolesFor(host, { os, allowReboot: true }), mode: 'apply' });
      expect(played.tasks.get('lustre-client: client lustre-client for a 2.12 file system')).toMatchObject({
        status: 'failed',
        reason: expect.stringContaining(`would run ${kernel} again`),
        fix: expect.stringContaining('update-grub'),
      });
      expect(await host.run('cat /proc/sys/kernel/random/boot_id')).toBe(bootId);
    });
  });

  test('a kernel that came by another way, and was booted, gets its client by a rerun', async () => {
    const os = 'rocky-9';
    await withHost({ os }, async (host) => {
      const roles = rolesFor(host, { os });
      await playOn(host, { roles, mode: 'apply' });
      // From 9.4 to 9.6, whose packages are in another repository.
      await host.run('echo 5.14.0-570.24.1.el9_6.x86_64 >/etc/stand-ins/next-kernel');
      await host.reboot();
      const rerun = await playOn(host, { roles, mode: 'apply' });
      expect(rerun.recap.counts).toMatchObject({ failed: 0, blocked: 0, skipped: 0 });
      expect(changesOf(rerun)).toMatchObject({
        'lustre-client: file /etc/yum.repos.d/aws-fsx.repo': [{ path: 'content' }],
        'lustre-client: package lustre-client': [{ path: 'module' }],
      });
      expect(await host.run('findmnt -nr -o FSTYPE /fsx | tail -n 1')).toBe('lustre\n');
    });
  });

  test.each([
    [
      'amazon-linux-2',
      '5.10.240-238.955.amzn2.x86_64',
      'grubby --set-default=/boot/vmlinuz-4.14.281-212.502.amzn2.x86_64',
    ],
    [
      'ubuntu-24.04',
      '6.17.0-1003-aws',
      'GRUB_DEFAULT="Advanced options for Ubuntu>Ubuntu, with Linux 6.14.0-1016-aws" in /etc/default/grub, then update-grub',
    ],
  ] as const)('%s: a kernel that waits for the next boot, and has no client, is a warning', async (os, next, fix) => {
    await withHost({ os, files: { [`boot/vmlinuz-${next}`]: '' } }, async (host) => {
      const roles = rolesFor(host, { os });
      const module = async () => {
        const played = await playOn(host, { roles, mode: 'apply', tags: ['lustre-client'] });
        return played.tasks.get('lustre-client: kernel module lustre');
      };
      await module();
      expect(await module()).toMatchObject({
        status: 'ok',
        reason: expect.stringContaining(next),
        fix: expect.stringContaining(fix),
      });
      if (os !== 'ubuntu-24.04') return;
      // What update-grub makes of that.
      const [, entry = ''] = /GRUB_DEFAULT=(".*")/.exec(fix) ?? [];
      await host.run(
        `mkdir /boot/grub; echo '   set default=${entry}' >/boot/grub/grub.cfg; touch "/boot/vmlinuz-$(uname -r)"`,
      );
      expect((await module())?.reason).toBeUndefined();
    });
  });
});

describeWith(bootedHostNeeds, 'a large host', () => {
  test('is tuned now, when modules are loaded, and at every mount before the pull begins; a smaller one no more', async () => {
    const os = 'amazon-linux-2023';
    await withHost({ os, files: { 'etc/stand-ins/processors': '96\n' } }, async (host) => {
      await host.run('echo "MemTotal:       130000000 kB" >/run/meminfo; mount --bind /run/meminfo /proc/meminfo');
      // In place of the agent, what it would find when it starts.
      const program = '#!/bin/sh\ncp /run/lustre-parameters /var/lib/sluice/seen\n';
      const roles = rolesFor(host, { os, program });
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

      // A smaller instance type, with the same disk.
      await host.run('echo 4 >/etc/stand-ins/processors');
      await host.run('echo "MemTotal:       8000000 kB" >/run/meminfo; mount --bind /run/meminfo /proc/meminfo');
      const small = await playOn(host, { roles, mode: 'apply' });
      expect(Object.keys(changesOf(small))).toEqual([
        'lustre-client: module options of a large host',
        'lustre-mount: tuning unit of a large host',
      ]);
      expect(await host.run('ls /etc/modprobe.d /etc/systemd/system')).not.toContain('sluice-lustre');
      const again = await playOn(host, { roles, mode: 'apply' });
      expect([statuses(again), again.recap.roundTrips]).toEqual([{ ok: first.tasks.size }, 1]);
    });
  });
});
