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

/** What breaks, and the tasks that mend it. */
const drifts: readonly (readonly [name: string, script: string, ...tasks: string[]])[] = [
  [
    'the package is gone',
    "sed -i '/^lustre-client/d' /var/lib/stand-ins/packages; rm /var/lib/stand-ins/client",
    'lustre-client: package lustre-client',
  ],
  // A mounted file system holds its module.
  ['the module is unloaded', 'umount /fsx; modprobe -r lustre', 'lustre-client: kernel module lustre', mount],
  ['the fstab line is edited', 'sed -i s/noatime/relatime/ /etc/fstab', fstab],
  ['the fstab line is doubled', "grep ' /fsx ' /etc/fstab >/tmp/line; cat /tmp/line >>/etc/fstab", fstab],
  ['the mount has other options', 'mount -i --options-mode ignore -o remount,relatime /fsx', mount],
  ['the mount is gone', 'umount /fsx', mount],
  [
    'the unit is edited',
    'echo Environment=X=1 >>/etc/systemd/system/sluice-pull.service; systemctl daemon-reload',
    'pull: unit sluice-pull.service',
  ],
  ['the agent is corrupted', 'echo >>/opt/sluice/agent.js', 'agent: file /opt/sluice/agent.js'],
  ['a file has another mode', 'chmod 0666 /etc/sluice/job.json', 'pull: file /etc/sluice/job.json'],
  ['the runtime is gone', 'rm -r /opt/sluice/node', 'agent: Node.js /opt/sluice/node/bin/node'],
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

      for (const [drift, script, ...tasks] of drifts) {
        await host.run(script);
        const mended = await apply();
        const expected = Object.fromEntries(tasks.map((task) => [task, 1]));
        expect({ drift, changes: changeCounts(mended) }).toEqual({ drift, changes: expected });
        expect({ drift, ...statuses(mended) }).toEqual({
          drift,
          changed: tasks.length,
          ok: mended.tasks.size - tasks.length,
        });
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
