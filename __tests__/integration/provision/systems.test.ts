/**
 * Every system that a host can run: what the check says is what the apply does, a rerun is empty in two round trips, and whatever
 * drifts is mended by exactly its own change.
 */
import { bootedHostNeeds, withBootedHost } from '../../helpers/booted-host';
import type { StandInFileSystem } from '../../helpers/booted-host/file-systems';
import { rolesFor } from '../../helpers/host-input';
import { changesOf, type Played, playOn, statuses, testFileSystem } from '../../helpers/host-plays';
import { describeWith } from '../../helpers/needs';
import { testedSystems } from '../../helpers/systems';

const otherFileSystem: StandInFileSystem = {
  dnsName: 'fs-0fedcba9876543210.fsx.us-east-1.amazonaws.com',
  mountName: 'zyxwvuts',
  lustreVersion: '2.12',
  address: '10.20.1.6',
};

const fstab = 'lustre-mount: fstab line for /fsx';
const mount = 'lustre-mount: mount /fsx';

/** What breaks, and the task that mends it; those of one row break at once. */
const drifts: readonly Readonly<Record<string, string>>[] = [
  {
    // Gone, while what is mounted stays.
    'lustre-client: package lustre-client':
      "sed -i '/^lustre-client/d' /var/lib/stand-ins/packages; rm /var/lib/stand-ins/client",
    [fstab]: 'sed -i s/noatime/relatime/ /etc/fstab',
    [mount]: 'mount -i --options-mode ignore -o remount,relatime /fsx',
    'agent: Node.js /opt/sluice/node/bin/node': 'rm -r /opt/sluice/node',
    'agent: file /opt/sluice/agent.js': 'echo >>/opt/sluice/agent.js',
    'pull: file /etc/sluice/job.json': 'chmod 0666 /etc/sluice/job.json',
    'pull: unit sluice-pull.service':
      'echo Environment=X=1 >>/etc/systemd/system/sluice-pull.service; systemctl daemon-reload',
  },
  {
    // A mounted file system holds its module.
    'lustre-client: kernel module lustre': 'umount /fsx; modprobe -r lustre',
    [mount]: 'true',
    [fstab]: "grep ' /fsx ' /etc/fstab >/tmp/line; cat /tmp/line >>/etc/fstab",
  },
  { [mount]: 'umount /fsx' },
];

/** A task name and how many changes it made. */
const changeCounts = (played: Played) =>
  Object.fromEntries(Object.entries(changesOf(played)).map(([task, changes]) => [task, (changes as unknown[]).length]));

describeWith(bootedHostNeeds, 'a host of any system', () => {
  test.each(testedSystems)('$title', async ({ client, host: system, input }) => {
    await withBootedHost({ ...system, fileSystems: [testFileSystem, otherFileSystem] }, async (host) => {
      const roles = rolesFor(host, input);
      const apply = () => playOn(host, { roles, mode: 'apply' });

      const check = await playOn(host, { roles, mode: 'check' });
      const first = await apply();
      expect(statuses(first)).toEqual({ changed: expect.any(Number), ok: expect.any(Number) });
      expect(changesOf(first)).toEqual(changesOf(check));
      expect(await host.run('modinfo -F version lustre; findmnt -nr -o FSTYPE,SOURCE /fsx')).toBe(
        `${client}\nlustre 10.20.1.5@tcp:/abcdbbmv\n`,
      );

      const second = await apply();
      expect(statuses(second)).toEqual({ ok: second.tasks.size });
      expect(second.recap.roundTrips).toBeLessThanOrEqual(2);

      for (const drift of drifts) {
        const tasks = Object.keys(drift);
        await host.run(Object.values(drift).join('\n'));
        const mended = await apply();
        expect(changeCounts(mended)).toEqual(Object.fromEntries(tasks.map((task) => [task, 1])));
        expect(statuses(mended)).toEqual({ changed: tasks.length, ok: mended.tasks.size - tasks.length });
      }

      await host.run(`umount /fsx; mount -t lustre ${otherFileSystem.dnsName}@tcp:/zyxwvuts /fsx`);
      const refused = await apply();
      expect(refused.recap.counts).toMatchObject({ changed: 0, failed: 1 });
      expect(refused.tasks.get(mount)).toMatchObject({
        status: 'failed',
        reason: expect.stringContaining('10.20.1.6@tcp:/zyxwvuts'),
        fix: expect.stringContaining('umount /fsx'),
      });
      await host.run('umount /fsx');
      expect(changeCounts(await apply())).toEqual({ [mount]: 1 });
    });
  });
});
