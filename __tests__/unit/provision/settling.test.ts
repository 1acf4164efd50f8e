/** Whoever holds the package manager for longer than may be waited. */

import { ShellConnection } from '../../../provision/connection/shell-connection';
import type { LockHolder } from '../../../provision/facts/boot-state';
import type { FactStore } from '../../../provision/facts/store';
import { waitForPackageManager } from '../../../provision/settling';
import { localTransport } from '../../helpers/local-transport';

function waitedInVain(holder: LockHolder): Promise<boolean> {
  const timedOut = async () => ({ exitCode: 124, stdout: Buffer.alloc(0), stderr: '' });
  const connection = new ShellConnection({ ...localTransport(), run: timedOut }, 'login');
  const facts = { get: async () => [holder] } as Partial<FactStore> as FactStore;
  return waitForPackageManager(connection, facts, { timeoutMs: 1, onWait: () => {} });
}

test('a file that a dead dnf left may name anybody: the cure says so', async () => {
  const file = '/var/lib/dnf/rpmdb_lock.pid';
  await expect(waitedInVain({ pid: 77, program: 'sshd', file })).rejects.toMatchObject({
    code: 'HOST_BUSY',
    hint: expect.stringMatching(/Where sshd is no package manager.*rm \/var\/lib\/dnf\/rpmdb_lock\.pid$/),
  });
});

test('a lock goes with its process: nothing is to be removed', async () => {
  const file = '/var/lib/dpkg/lock';
  await expect(waitedInVain({ pid: 77, program: 'apt', file })).rejects.toMatchObject({
    code: 'HOST_BUSY',
    hint: expect.not.stringContaining('rm '),
  });
});
