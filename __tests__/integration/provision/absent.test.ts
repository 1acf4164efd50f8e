/** `--state absent` on a booted host: everything of ours goes, everything else stays, a check says it beforehand, and a rerun is empty. */
import type { Role } from '../../../provision/role';
import { absentRoles } from '../../../provision/roles/absent';
import type { RoleInput } from '../../../provision/roles/input';
import { hostRoles } from '../../../provision/roles/roles';
import { type BootedHost, bootedHostNeeds, startBootedHost } from '../../helpers/booted-host';
import { pull } from '../../helpers/config-text';
import { inputFor } from '../../helpers/host-input';
import { changesOf, playOn, statuses, testFileSystem } from '../../helpers/host-plays';
import { describeWith } from '../../helpers/needs';

const kept = '# kept\nLABEL=data  /data\text4 defaults,nofail 0 2\n';

describeWith(bootedHostNeeds, 'a host that is given back', () => {
  let host: BootedHost;
  let input: RoleInput;

  beforeAll(async () => {
    host = await startBootedHost({
      os: 'amazon-linux-2023',
      fileSystems: [testFileSystem],
      files: { 'etc/fstab': kept },
    });
    input = inputFor(host, { os: 'amazon-linux-2023', program: '#!/bin/sh\nexec sleep infinity\n' });
  });
  afterAll(() => host.stop());
  beforeEach(async () => {
    const played = await playOn(host, { roles: hostRoles(input), mode: 'apply' });
    expect(played.recap.counts).toMatchObject({ failed: 0, skipped: 0 });
  });

  test('unmounts, removes line, units, agent, job and credentials; data, reports and packages stay', async () => {
    await host.run('echo data >/fsx/file; echo report >/var/lib/sluice/report.json; systemctl start sluice-pull');
    const roles = absentRoles(input);
    const check = await playOn(host, { roles, mode: 'check' });
    expect(await host.run('findmnt -nr -o FSTYPE /fsx')).toContain('lustre');
    const gone = await playOn(host, { roles, mode: 'apply' });
    expect(gone.recap.counts).toMatchObject({ failed: 0, skipped: 0, blocked: 0 });
    expect(changesOf(gone)).toEqual(changesOf(check));
    expect(await host.run('cat /etc/fstab')).toBe(kept);
    expect((await host.exec('findmnt /fsx; ls -d /opt/sluice /etc/sluice /etc/systemd/system/sluice*')).stdout).toBe(
      '',
    );
    expect((await host.exec('systemctl is-active sluice-pull')).stdout).toBe('inactive\n');
    expect(await host.run('cat /var/lib/sluice/report.json; rpm -q --qf "%{NAME}" lustre-client')).toBe(
      'report\nlustre-client',
    );

    const again = await playOn(host, { roles, mode: 'apply' });
    expect(statuses(again)).toEqual({ ok: again.tasks.size });
    expect(again.recap.roundTrips).toBeLessThanOrEqual(2);
    const back = await playOn(host, { roles: hostRoles(input), mode: 'apply' });
    expect(back.recap.counts.failed).toBe(0);
    expect(await host.run('cat /fsx/file')).toBe('data\n');
  });

  test('after a reboot the trap of the automount goes too', async () => {
    await host.reboot();
    expect(await host.run('findmnt -nr -o FSTYPE /fsx')).toBe('autofs\n');
    const gone = await playOn(host, { roles: absentRoles(input), mode: 'apply' });
    expect(gone.recap.counts).toMatchObject({ failed: 0, skipped: 0 });
    expect((await host.exec('findmnt /fsx; systemctl is-active fsx.automount')).stdout).toBe('inactive\n');
  });

  test('a file system in use is a failure that names the processes, in a check as in an apply; nobody is killed', async () => {
    await host.run('systemd-run --quiet --unit=holder --working-directory=/fsx sleep infinity');
    for (const mode of ['check', 'apply'] as const) {
      const played = await playOn(host, { roles: absentRoles(input), mode });
      expect(played.tasks.get('lustre-mount: no mount on /fsx')).toMatchObject({
        status: 'failed',
        reason: expect.stringMatching(/^\/fsx is in use by sleep \(pid \d+\)$/),
        fix: expect.stringContaining('run again'),
      });
    }
    expect(await host.run('cat /etc/fstab')).toContain(' /fsx lustre ');
    await host.run('systemctl stop holder');
    expect((await playOn(host, { roles: absentRoles(input), mode: 'apply' })).recap.counts.failed).toBe(0);
  });

  test('a schedule that comes back after it was gone starts no run at once, though many would have been due', async () => {
    const sections = pull('schedule: { onCalendar: daily, persistent: true }');
    const scheduled = inputFor(host, {
      os: 'amazon-linux-2023',
      program: '#!/bin/sh\nexec sleep infinity\n',
      sections,
    });
    const applied = async (roles: readonly Role[]) =>
      expect((await playOn(host, { roles, mode: 'apply' })).recap.counts).toMatchObject({ failed: 0, skipped: 0 });
    await applied(hostRoles(scheduled));
    await host.run('touch -d "3 days ago" /var/lib/systemd/timers/stamp-sluice-pull.timer');
    await applied(hostRoles(input));
    await applied(hostRoles(scheduled));
    expect(await host.run('systemctl is-active sluice-pull.timer')).toBe('active\n');
    expect((await host.exec('systemctl is-active sluice-pull.service')).stdout).toBe('inactive\n');
  });

  test('another file system on the mount point is not ours to unmount', async () => {
    await host.run('umount /fsx; mount -t tmpfs other /fsx');
    const played = await playOn(host, { roles: absentRoles(input), mode: 'apply' });
    expect(played.tasks.get('lustre-mount: no mount on /fsx')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('tmpfs other'),
    });
    await host.run('umount /fsx');
  });
});
