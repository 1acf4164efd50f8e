/** A server that lets nobody use some of its requests, as OpenSSH's with `-P`: the same is asked in another way. */
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '../../helpers/needs';
import { pull, pullJob } from '../../helpers/pull';
import { sshdNeeds, startSshd } from '../../helpers/sshd';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();

describeWith(sshdNeeds, 'OpenSSH that answers no', () => {
  beforeEach(() => {
    mkdirSync(join(folder(), 'source/folder'), { recursive: true });
    writeFileSync(join(folder(), 'source/folder/file'), 'content');
    symlinkSync('source', join(folder(), 'link'));
  });

  const pullWithout = async (requests: string, name: string, symlinks: 'SKIP' | 'FOLLOW') => {
    const server = await startSshd({ sftpArgs: ['-P', requests] });
    try {
      const path = join(realpathSync(folder()), name);
      return await pull(pullJob(server, path, folder(), { options: { symlinks } }));
    } finally {
      await server.stop();
    }
  };

  test.each([
    ['stat', 'source'],
    ['stat', 'link'],
    ['lstat', 'source'],
    ['lstat', 'link'],
    ['stat,realpath', 'source'],
  ])('%s: the %s is pulled', async (requests, name) => {
    const { report, paths } = await pullWithout(requests, name, 'SKIP');
    expect(report).toMatchObject({ state: 'SUCCESS', failed: [] });
    expect(paths('transferred')).toEqual(['folder/file']);
  });

  test('stat: links are followed all the same, and one that leads nowhere is told', async () => {
    for (const [target, name] of [
      ['folder', 'to-folder'],
      ['folder/file', 'to-file'],
      ['nowhere', 'dangling'],
    ] as const)
      symlinkSync(target, join(folder(), 'source', name));
    const { report, paths } = await pullWithout('stat', 'source', 'FOLLOW');
    expect(report).toMatchObject({ state: 'SUCCESS', failed: [] });
    expect(paths('transferred')).toEqual(['folder/file', 'to-file', 'to-folder/file']);
    expect(report.skipped).toEqual([{ path: 'dangling', reason: expect.stringContaining('leads nowhere') }]);
  });

  test('stat: a path that is not there is still a clear error', async () => {
    const { report } = await pullWithout('stat', 'no-such-folder', 'SKIP');
    expect(report.error).toMatchObject({ code: 'SOURCE_PATH_MISSING', kind: 'config' });
  });
});
