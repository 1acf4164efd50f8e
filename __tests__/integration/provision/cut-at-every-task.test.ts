/** The connection is killed in the middle of every task in turn, on every system: each rerun goes on from there, and the last one changes nothing. */
import { setTimeout } from 'node:timers/promises';
import { ShellConnection, type Transport } from '../../../provision/connection/shell-connection';
import { play } from '../../../provision/play';
import type { Role } from '../../../provision/role';
import { type BootedHost, bootedHostNeeds, withBootedHost } from '../../helpers/booted-host';
import { rolesFor } from '../../helpers/host-input';
import { changesOf, logInTo, playOn, statuses, testFileSystem } from '../../helpers/host-plays';
import { describeWith } from '../../helpers/needs';
import { testedSystems } from '../../helpers/systems';

/** Applies, and kills the connection under the first change of the first task that has not been cut yet, which it adds to `cut`. */
async function cutRun(host: BootedHost, roles: readonly Role[], cut: Set<string>) {
  let task = '';
  let isOver = false;
  const cutting = (inner: Transport): Transport => ({
    ...inner,
    run: async (commandLine, options) => {
      const running = inner.run(commandLine, options);
      if (isOver || cut.has(task) || options.repeatable === true) return running;
      isOver = true;
      cut.add(task);
      await inner.close();
      return running;
    },
  });
  const connect = async () => new ShellConnection(cutting(await logInTo(host)), 'root');
  const [recap] = await play([{ name: 'host-1', connect, roles }], {
    mode: 'apply',
    forks: 1,
    clock: () => performance.now(),
    settleTimeoutMs: 120_000,
    retry: { attempts: 10, delayMs: 200, sleep: (durationMs) => setTimeout(durationMs) },
    reporter: (event) => {
      if (event.type === 'task-started') task = `${event.role}: ${event.task}`;
    },
  });
  return { wasCut: isOver, counts: recap?.counts };
}

describeWith(bootedHostNeeds, 'a connection killed at every task in turn', () => {
  test.each(testedSystems)('$title', async ({ host: system, input }) => {
    await withBootedHost({ ...system, fileSystems: [testFileSystem] }, async (host) => {
      const roles = rolesFor(host, input);
      const due = Object.keys(changesOf(await playOn(host, { roles, mode: 'check' })));
      const cut = new Set<string>();
      let run = await cutRun(host, roles, cut);
      for (; run.wasCut; run = await cutRun(host, roles, cut))
        expect({ cut: [...cut].at(-1), ...run.counts }).toMatchObject({ failed: 0, blocked: 0, unreachable: 1 });
      expect(run.counts).toMatchObject({ failed: 0, blocked: 0, unreachable: 0, skipped: 0 });
      expect([...cut]).toEqual(due);
      const last = await playOn(host, { roles, mode: 'apply' });
      expect(statuses(last)).toEqual({ ok: last.tasks.size });
    });
  });
});
