/** Ctrl-C at every change in turn: each is finished and proven, none is begun after it, and reruns go on to the end. */
import { ShellConnection, type Transport } from '../../../provision/connection/shell-connection';
import { exitCodeOf, play } from '../../../provision/play';
import type { Role } from '../../../provision/role';
import { type BootedHost, bootedHostNeeds, withBootedHost } from '../../helpers/booted-host';
import { rolesFor } from '../../helpers/host-input';
import { logInTo, playOn, testFileSystem } from '../../helpers/host-plays';
import { describeWith } from '../../helpers/needs';

describeWith(bootedHostNeeds, 'an operator who stops it again and again', () => {
  test('leaves a consistent host every time', async () => {
    const os = 'amazon-linux-2023';
    await withBootedHost({ os, fileSystems: [testFileSystem] }, async (host) => {
      const roles = rolesFor(host, { os });
      let stops = 0;
      for (let run = await stopped(host, roles); run.exitCode !== 0; run = await stopped(host, roles)) {
        stops += 1;
        expect(stops).toBeLessThan(40);
        // What a stop left half done would show in the next run, as a failure.
        expect(run).toMatchObject({ exitCode: 130, counts: { changed: 1, failed: 0, blocked: 0, unreachable: 0 } });
      }
      expect(stops).toBeGreaterThan(8);
      const last = await playOn(host, { roles, mode: 'apply' });
      expect(last.recap.counts).toMatchObject({ ok: last.tasks.size, changed: 0 });
    });
  });
});

/** A run that is interrupted in the middle of the first command that changes something. */
async function stopped(host: BootedHost, roles: readonly Role[]) {
  const abort = new AbortController();
  const connect = async () => new ShellConnection(interrupting(await logInTo(host), abort), 'root');
  const recaps = await play([{ name: 'host-1', connect, roles }], {
    mode: 'apply',
    forks: 1,
    clock: () => performance.now(),
    signal: abort.signal,
    reporter: () => {},
  });
  return { exitCode: exitCodeOf(recaps), counts: recaps[0]?.counts };
}

function interrupting(inner: Transport, abort: AbortController): Transport {
  return {
    ...inner,
    run: (commandLine, options) => {
      const running = inner.run(commandLine, options);
      if (options.repeatable !== true) abort.abort();
      return running;
    },
  };
}
