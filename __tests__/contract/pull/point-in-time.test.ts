/** POINT_IN_TIME_CONSISTENT beside the settings that leave entries as they are. Over a real OpenSSH server. */
import { writeFileSync } from 'node:fs';
import { describeWith } from '../../helpers/needs';
import { usePullSite } from '../../helpers/pull-site';
import { sshdNeeds } from '../../helpers/sshd';

describeWith(sshdNeeds, 'what the run was told to leave is no difference', () => {
  const { source, file, run } = usePullSite();
  const verifyMode = 'POINT_IN_TIME_CONSISTENT';

  test('what a limit left', async () => {
    for (const path of ['a', 'b', 'c']) file(path);
    const { report } = await run({ verifyMode, limits: { files: 1 } });
    expect(report).toMatchObject({ state: 'SUCCESS', failed: [], counts: { verifiedAtEnd: 1 }, left: { files: 2 } });
  });

  test('what is still being written', async () => {
    file('old');
    writeFileSync(source('young'), 'x');
    const { report } = await run({ verifyMode, settleTimeSeconds: 300 });
    expect(report).toMatchObject({ state: 'SUCCESS', failed: [], counts: { verifiedAtEnd: 1, skipped: 1 } });
  });

  test('what overwriteMode NEVER left as it was; the others are compared', async () => {
    for (const path of ['changed', 'same']) file(path);
    await run();
    writeFileSync(source('changed'), 'new content');
    const { report } = await run({ verifyMode, overwriteMode: 'NEVER' });
    expect(report).toMatchObject({ state: 'SUCCESS', failed: [], counts: { verifiedAtEnd: 1, skipped: 1 } });
  });

  test('what was taken away at the source, in this run or before', async () => {
    const options = { verifyMode, sourceAfterTransfer: 'DELETE' } as const;
    for (const path of ['first', 'second']) {
      file(path);
      const { report } = await run(options);
      expect(report).toMatchObject({ state: 'SUCCESS', failed: [], skipped: [], counts: { clearedAtSource: 1 } });
    }
  });

  test('an entry or a directory that cannot be looked at is one failure each, and the others are compared', async () => {
    for (const path of ['a', 'b', 'folder/c', 'other/d']) file(path);
    const badBlock = Object.assign(new Error('a bad block'), { code: 'EIO' });
    let isVerifying = false;
    const { report } = await run(
      { verifyMode },
      {},
      {
        decorateDisk: (disk) => ({
          ...disk,
          lstat: (path) => {
            if (isVerifying && path.endsWith('/a')) throw badBlock;
            return disk.lstat(path);
          },
          open: (path, flags, mode) => {
            if (isVerifying && path.endsWith('/folder')) throw badBlock;
            return disk.open(path, flags, mode);
          },
        }),
        onEvent: (event) => {
          isVerifying ||= event.type === 'state' && event.state === 'VERIFYING';
        },
      },
    );
    expect(report.error).toBeUndefined();
    expect(report.failed).toMatchObject([
      { path: 'a', code: 'EIO' },
      { path: 'folder', code: 'EIO' },
    ]);
    expect(report.counts.verifiedAtEnd).toBe(2);
  });

  test('but a file that changed after its transfer is one', async () => {
    for (const path of ['a', 'b']) file(path);
    const { report } = await run(
      { verifyMode },
      {},
      {
        onEvent: (event) => {
          if (event.type === 'state' && event.state === 'VERIFYING') writeFileSync(source('a'), 'changed meanwhile');
        },
      },
    );
    expect(report.failed).toMatchObject([{ path: 'a', code: 'VERIFY_DIFFERENCE' }]);
    expect(report.counts.verifiedAtEnd).toBe(1);
  });
});
