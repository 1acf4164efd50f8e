/** Directories of the destination that this user may not look into or change, one that an interrupted run made, and a destination that moves. */
import { existsSync, mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Disk } from '../../../provision/pull/destination/disk';
import { describeWith } from '../../helpers/needs';
import { usePullSite } from '../../helpers/pull-site';
import { sshdNeeds } from '../../helpers/sshd';
import { unnamedError } from '../../helpers/unnamed-error';

const refusal = (code: string) => Object.assign(new Error(`${code}: not for you`), { code });

describeWith(sshdNeeds, 'directories at the destination', () => {
  const { folder, source, out, file, run } = usePullSite();
  const remove = { preserveDeletedFiles: 'REMOVE', removalLimit: '100%' } as const;

  test('one that cannot be looked into stays, is told, and keeps nothing else from being done', async () => {
    file('folder/a');
    for (const directory of ['shut', 'gone']) mkdirSync(out(directory), { recursive: true });
    writeFileSync(out('extra'), 'x');
    const decorateDisk = (disk: Disk): Disk => ({
      ...disk,
      open: (path, ...rest) => {
        if (path.endsWith('/shut')) throw refusal('EACCES');
        return disk.open(path, ...rest);
      },
    });
    const { report, paths } = await run(remove, {}, { decorateDisk });
    expect(report).toMatchObject({ state: 'ERROR', failed: [{ path: 'shut', code: 'EACCES' }] });
    expect(report).not.toHaveProperty('error');
    expect(paths('transferred')).toEqual(['folder/a']);
    expect(paths('removed')).toEqual(['extra', 'gone']);
    expect(existsSync(out('shut'))).toBe(true);
  });

  test('one that both ends have, and that cannot be looked into, keeps what is in it and nothing else', async () => {
    for (const path of ['shut/a', 'empty/b', 'folder/c', 'gone']) file(path);
    await run();
    for (const path of ['empty/b', 'gone']) rmSync(source(path));
    writeFileSync(out('shut/extra'), 'x');
    file('folder/new');
    const decorateDisk = (disk: Disk): Disk => ({
      ...disk,
      open: (path, ...rest) => {
        if (/\/(shut|empty)$/.test(path)) throw refusal('EACCES');
        return disk.open(path, ...rest);
      },
    });
    const { report, paths } = await run(remove, {}, { decorateDisk });
    expect(report).not.toHaveProperty('error');
    expect(report.failed.map(({ path, code }) => `${path} ${code}`).sort()).toEqual([
      'empty EACCES',
      'shut EACCES',
      'shut/a EACCES',
    ]);
    expect(paths('transferred')).toEqual(['folder/new']);
    expect(paths('removed')).toEqual(['gone']);
    for (const path of ['shut/a', 'shut/extra', 'empty/b']) expect(existsSync(out(path))).toBe(true);
  });

  test('a fault of the whole disk met there ends the run, and nothing is removed', async () => {
    for (const path of ['folder/a', 'gone']) file(path);
    await run();
    for (const path of ['folder/a', 'gone']) rmSync(source(path));
    const decorateDisk = (disk: Disk): Disk => ({
      ...disk,
      open: (path, ...rest) => {
        if (path.endsWith('/folder')) throw unnamedError('ESTALE', 'open');
        return disk.open(path, ...rest);
      },
    });
    const { report, paths } = await run(remove, {}, { decorateDisk });
    expect(report.error).toMatchObject({ code: 'ESTALE', message: expect.stringContaining('ESTALE') });
    expect(paths('removed')).toEqual([]);
  });

  test("somebody else's is removed from where its mode allows it; that its time cannot be given back is told", async () => {
    for (const path of ['a', 'b', 'folder/c', 'folder/d']) file(path);
    await run();
    for (const path of ['b', 'folder/d']) rmSync(source(path));
    utimesSync(source('folder'), statSync(out('folder')).atime, statSync(out('folder')).mtime);
    const refuse = () => {
      throw refusal('EPERM');
    };
    const decorateDisk = (disk: Disk): Disk => ({ ...disk, chmod: refuse, setTimes: refuse });
    const { report, paths } = await run(remove, {}, { decorateDisk });
    expect(paths('removed')).toEqual(['b', 'folder/d']);
    expect(report.failed).toMatchObject([{ path: 'folder', code: 'EPERM' }]);
    expect(report).not.toHaveProperty('error');
  });

  test.each([
    ['renamed', 'is not there any more', () => undefined],
    ['replaced', 'is another directory by now', mkdirSync],
  ])('a destination that is %s meanwhile makes no run a success, and nothing is removed', async (_, what, replace) => {
    file('file');
    mkdirSync(out());
    writeFileSync(out('extra'), 'x');
    const { report, paths } = await run(
      remove,
      {},
      {
        onEvent: (event) => {
          if (event.type !== 'entry' || event.outcome.kind !== 'transferred') return;
          renameSync(out(), `${out()}.moved`);
          replace(out());
        },
      },
    );
    expect(report).toMatchObject({
      state: 'ERROR',
      error: { code: 'DESTINATION_MOVED', message: expect.stringContaining(what) },
    });
    expect(paths('removed')).toEqual([]);
    expect(existsSync(`${out()}.moved/file`)).toBe(true);
  });

  test.each([
    ['staging folder', 'small', 100, 'staging', 'STAGING_GONE'],
    ['staging folder', 'large', 300_000, 'staging', 'STAGING_GONE'],
    ['destination', 'small', 100, 'out', 'DESTINATION_MOVED'],
  ])(
    'a %s that is removed meanwhile ends the run, of %s files too: each of them would fail for it',
    async (...given) => {
      const [, , sizeBytes, name, code] = given;
      for (let index = 0; index < 10; index += 1) file(`file-${index}`, sizeBytes);
      const gone = join(folder(), name);
      const { report } = await run(
        {},
        {},
        {
          onEvent: (event) => {
            if (event.type === 'state' && event.state === 'TRANSFERRING') rmSync(gone, { recursive: true });
          },
        },
      );
      expect(report).toMatchObject({
        state: 'ERROR',
        counts: { failed: 0 },
        error: { code, message: expect.stringContaining(`${gone} is not there any more`) },
      });
      expect((await run()).report.state).toBe('SUCCESS');
    },
  );

  test('posixPermissions NONE: those of a run that was stopped have the mode they shall have', async () => {
    file('folder/deep/file', 3_000_000);
    const abort = new AbortController();
    const stopped = await run(
      { posixPermissions: 'NONE', bytesPerSecond: 1_000_000 },
      {},
      {
        signal: abort.signal,
        onEvent: (event) => {
          if (event.type === 'progress' && event.receivedBytes > 0) abort.abort();
        },
      },
    );
    expect(stopped.report.error).toMatchObject({ code: 'INTERRUPTED' });
    expect((await run({ posixPermissions: 'NONE' })).report.state).toBe('SUCCESS');
    for (const path of ['folder', 'folder/deep']) expect(statSync(out(path)).mode & 0o777).toBe(0o755);
  });
});
