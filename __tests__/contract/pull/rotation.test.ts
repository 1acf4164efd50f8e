/** A vendor rotates its host key, and the account's key with it, while a run is under way: the run goes on. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startGatedProxy } from '../../helpers/gated-proxy';
import { describeWith } from '../../helpers/needs';
import { pull, pullJob } from '../../helpers/pull';
import { writeTreeFile } from '../../helpers/pull-tree';
import { sshdNeeds, startSshd } from '../../helpers/sshd';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { until } from '../../helpers/until';

describeWith(sshdNeeds, 'keys rotated while a run is under way', () => {
  const folder = useTemporaryFolder();

  /** Runs against one server until bytes have arrived, then everything leads to another one, with keys of its own. */
  async function rotated(pins: 'both' | 'the old one', isKeyHandedOut: boolean) {
    const [before, after] = await Promise.all([startSshd(), startSshd()]);
    const proxy = await startGatedProxy(before);
    try {
      const tree = join(folder(), 'tree');
      mkdirSync(tree);
      for (let index = 0; index < 4; index += 1)
        writeTreeFile(tree, `file-${index}`, { sizeBytes: 2_000_000, mode: 0o644 });
      const identityFile = join(folder(), 'key');
      copyFileSync(before.identityFile, identityFile);
      const { hostKeyFingerprint, username } = before;
      const job = pullJob({ port: proxy.port, username, hostKeyFingerprint, identityFile }, tree, folder(), {
        hostKeys: pins === 'both' ? [hostKeyFingerprint, after.hostKeyFingerprint] : [hostKeyFingerprint],
      });
      proxy.hold(3_000_000);
      const running = pull(job);
      await until(proxy.isHolding);
      if (isKeyHandedOut) copyFileSync(after.identityFile, identityFile);
      proxy.switchTo(after);
      proxy.open();
      return await running;
    } finally {
      await proxy.close();
      await Promise.all([before.stop(), after.stop()]);
    }
  }

  test('with both host keys pinned and the new key in its place it ends well, and resumes what it had', async () => {
    const { report, events } = await rotated('both', true);
    expect(report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 4, failed: 0 } });
    expect(events).toContainEqual(expect.objectContaining({ type: 'connections', change: 'lost' }));
    const last = events.findLast((event) => event.type === 'progress');
    expect(last).toMatchObject({ retries: expect.any(Number), isListed: true });
    expect(last?.type === 'progress' ? last.retries : 0).toBeGreaterThan(0);
  });

  test('without the new key it is told so, after one try', async () => {
    const { report } = await rotated('both', false);
    expect(report.error).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      kind: 'unreachable',
      // The operator may have another one by now.
      hint: expect.stringContaining('the host has what sluice provision brought last'),
    });
    expect(report.error).not.toHaveProperty('retryable');
  });

  test('a host key that is not pinned ends the run', async () => {
    const { report } = await rotated('the old one', true);
    expect(report.error).toMatchObject({ code: 'HOST_KEY_CHANGED' });
  });
});
