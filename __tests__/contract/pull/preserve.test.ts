/** What a pull keeps of the source and what it removes at the destination, over a real server. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { packetType } from '../../../provision/pull/sftp/wire';
import { describeWith } from '../../helpers/needs';
import { pull, pullJob } from '../../helpers/pull';
import { usePullSite } from '../../helpers/pull-site';
import { compareTrees, writeTreeFile } from '../../helpers/pull-tree';
import { namesReply, scriptedFile, startScriptedSftp } from '../../helpers/scripted-sftp';
import { status } from '../../helpers/sftp-bytes';
import { sshdNeeds } from '../../helpers/sshd';

describeWith(sshdNeeds, 'what a pull keeps and removes', () => {
  const { folder, source, out, file, run } = usePullSite();
  const remove = { preserveDeletedFiles: 'REMOVE', removalLimit: '100%' } as const;

  describe('preserveDeletedFiles REMOVE', () => {
    test('files, folders and links that are gone go here too, and are told; folders keep their times', async () => {
      for (const path of ['a', 'kept/b', 'kept/c', 'gone/deep/d', 'gone/e']) file(path);
      utimesSync(source('kept'), 1_200_000_000, 1_200_000_000);
      await run(remove);
      rmSync(source('gone'), { recursive: true });
      rmSync(source('kept/c'));
      utimesSync(source('kept'), 1_200_000_000, 1_200_000_000);
      const { report, paths } = await run(remove);
      expect(report).toMatchObject({ state: 'SUCCESS', failed: [], skipped: [] });
      expect(paths('removed')).toEqual(['gone', 'gone/deep', 'gone/deep/d', 'gone/e', 'kept/c']);
      expect(report.counts).toMatchObject({ removed: 3, bytesRemoved: 300, directoriesRemoved: 2 });
      expect(compareTrees(source(), out()).differences).toEqual([]);
      expect(readdirSync(report.files.report.replace('/report.json', ''))).not.toContain('removals.ndjson');
    });

    test('above the limit nothing is removed, the run fails and says how many', async () => {
      for (const path of ['a', 'b', 'c', 'd']) file(path);
      await run();
      rmSync(source('a'));
      rmSync(source('b'));
      const refused = await run({ preserveDeletedFiles: 'REMOVE' });
      expect(refused.report.state).toBe('ERROR');
      expect(refused.report.failed).toEqual([
        expect.objectContaining({ path: '.', code: 'REMOVAL_LIMIT', reason: expect.stringContaining('2 of 4 files') }),
      ]);
      expect(readdirSync(out())).toEqual(['a', 'b', 'c', 'd']);
      const allowed = await run({ preserveDeletedFiles: 'REMOVE', removalLimit: 2 });
      expect(allowed.paths('removed')).toEqual(['a', 'b']);
    });

    test('an emptied source empties nothing', async () => {
      file('a');
      await run();
      rmSync(source('a'));
      const { report } = await run({ preserveDeletedFiles: 'REMOVE', removalLimit: '99%' });
      expect(report.failed[0]?.code).toBe('REMOVAL_LIMIT');
      expect(existsSync(out('a'))).toBe(true);
    });

    test('a folder that cannot be listed keeps everything everywhere', async () => {
      const files = { '/outgoing/shut/b': scriptedFile('b'), '/outgoing/c': scriptedFile('c') };
      const isShut = { now: false };
      const scripted = await startScriptedSftp({
        files,
        intercept: ({ type, path, id }) =>
          isShut.now && type === packetType.openDir && path === '/outgoing/shut' ? status(id, 3) : undefined,
      });
      try {
        const options = { ...remove, includes: ['/shut', '/c', '/extra'] };
        const job = pullJob(scripted, '/outgoing', folder(), { options });
        const first = await pull(job, { password: scripted.password });
        expect(first.report.unmatchedIncludes).toEqual(['/extra']);
        writeFileSync(out('extra'), '');
        isShut.now = true;
        const { report, paths } = await pull(job, { password: scripted.password });
        expect(report.failed).toEqual([expect.objectContaining({ path: 'shut', code: 'SFTP_PERMISSION_DENIED' })]);
        expect(report.unmatchedIncludes).toBeUndefined();
        expect(paths('removed')).toEqual([]);
        expect(report.skipped).toEqual([{ path: '.', reason: expect.stringContaining('a listing failed') }]);
        expect(readdirSync(out()).sort()).toEqual(['c', 'extra', 'shut']);
      } finally {
        await scripted.close();
      }
    });

    test('a name missing from a listing, but there when asked for, is kept', async () => {
      const files = { '/outgoing/a': scriptedFile('a'), '/outgoing/b': scriptedFile('b') };
      let hidesNext = false;
      let isHiding = false;
      const scripted = await startScriptedSftp({
        files,
        intercept: ({ type, path, id }) => {
          if (type === packetType.lstat && path === '/outgoing/extra') return status(id, 2);
          if (type !== packetType.readDir || !isHiding) return undefined;
          if (!hidesNext) return status(id, 1);
          hidesNext = false;
          return namesReply(id, [{ filename: Buffer.from('a'), attrs: files['/outgoing/a'].attrs }]);
        },
      });
      try {
        const job = pullJob(scripted, '/outgoing', folder(), { options: remove });
        await pull(job, { password: scripted.password });
        writeFileSync(out('extra'), '');
        hidesNext = true;
        isHiding = true;
        const { report, paths } = await pull(job, { password: scripted.password });
        expect(paths('removed')).toEqual(['extra']);
        expect(report.skipped).toEqual([{ path: 'b', reason: expect.stringContaining('the source has it') }]);
      } finally {
        await scripted.close();
      }
    });

    test('what a filter leaves out stays, with the folder it is in', async () => {
      for (const path of ['a', 'folder/b', 'folder/c.tmp', 'other/d']) file(path);
      await run();
      rmSync(source('a'));
      rmSync(source('folder'), { recursive: true });
      rmSync(source('other'), { recursive: true });
      const { report, paths } = await run({ ...remove, excludes: ['*.tmp', '/other'] });
      expect(report.state).toBe('SUCCESS');
      expect(paths('removed')).toEqual(['a', 'folder/b']);
      expect(existsSync(out('folder/c.tmp'))).toBe(true);
      expect(existsSync(out('other/d'))).toBe(true);
    });

    test('a run that a limit ends removes nothing', async () => {
      for (const path of ['a', 'b']) file(path);
      await run();
      rmSync(source('a'));
      file('c');
      file('d');
      const { report, paths } = await run({ ...remove, limits: { files: 1 } });
      expect(paths('removed')).toEqual([]);
      expect(report.left).toEqual({ limit: 'files', files: 1, bytes: 100, isAll: true });
    });
  });

  const anyName = fc.constantFrom('a', 'b', 'c.tmp', 'd', 'keep');
  const anyPath = fc.array(anyName, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));

  /** Files at these paths, as far as one is not beneath another. */
  function plant(root: string, paths: readonly string[], isOther: boolean): void {
    for (const path of paths) {
      const above = path.split('/').map((_, index, names) => names.slice(0, index + 1).join('/'));
      if (above.some((step) => existsSync(join(root, step)) && !lstatSync(join(root, step)).isDirectory())) continue;
      if (existsSync(join(root, path))) continue;
      writeTreeFile(root, path, { sizeBytes: isOther ? 7 : 5, mode: 0o644 });
    }
  }

  test('the law of REMOVE: both sides are equal afterwards, but for what a filter leaves out, which is untouched', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyPath, { maxLength: 8 }),
        fc.uniqueArray(anyPath, { maxLength: 8 }),
        fc.boolean(),
        async (there, here, isFiltered) => {
          for (const root of [source(), out()]) rmSync(root, { recursive: true, force: true });
          mkdirSync(source(), { recursive: true });
          plant(source(), there, false);
          // What is here is of the type that it has there: a file for a folder is a conflict, told and kept.
          const fits = here.filter((path) => {
            const steps = path.split('/').map((_, index, names) => names.slice(0, index + 1).join('/'));
            return steps.every((step, index) => {
              const found = lstatSync(source(step), { throwIfNoEntry: false });
              return found === undefined || found.isDirectory() === index < steps.length - 1;
            });
          });
          plant(out(), fits, true);
          const excludes = isFiltered ? ['*.tmp', '*/keep', '/keep'] : [];
          const filteredBefore = filtered(out());
          const options = { ...remove, excludes };
          const first = await run(options);
          expect(first.report.failed).toEqual([]);
          if (isFiltered) expect(filtered(out())).toEqual(filteredBefore);
          else expect(compareTrees(source(), out()).differences).toEqual([]);
          const again = await run(options);
          expect(again.report.counts).toMatchObject({ filesTransferred: 0, removed: 0, directoriesRemoved: 0 });
        },
      ),
      { numRuns: 12 },
    );
  });

  /** Everything that the property's filter leaves out. */
  function filtered(root: string, below = ''): string[] {
    if (!existsSync(root)) return [];
    return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      const isOut = /(^|\/)keep(\/|$)/.test(path) || (/\.tmp$/.test(path) && !entry.isDirectory());
      const here = isOut && !entry.isDirectory() ? [`${path} ${readFileSync(join(root, path)).length}`] : [];
      return entry.isDirectory() ? filtered(root, path) : here;
    });
  }

  test('a plan after a complete pull is empty, whatever is kept', async () => {
    for (const path of ['a', 'b/c', 'b/d/e']) file(path, 3000);
    chmodSync(source('a'), 0o600);
    chmodSync(source('b'), 0o700);
    const modes = fc.constantFrom('PRESERVE' as const, 'NONE' as const);
    await fc.assert(
      fc.asyncProperty(
        modes,
        modes,
        fc.constantFrom('SKIP' as const, 'FOLLOW' as const, 'COPY' as const),
        async (mtime, posixPermissions, symlinks) => {
          rmSync(out(), { recursive: true, force: true });
          const options = { mtime, posixPermissions, symlinks, verifyMode: 'POINT_IN_TIME_CONSISTENT' as const };
          const first = await run(options);
          expect(first.report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 3 } });
          const second = await run(options);
          expect(second.report.counts).toMatchObject({
            filesTransferred: 0,
            filesUnchanged: 3,
            modesChanged: 0,
            verifiedAtEnd: 3,
          });
        },
      ),
      { numRuns: 6 },
    );
  });

  test('mtime NONE and posixPermissions NONE: times of the transfer, 0644 and 0755', async () => {
    file('folder/file');
    chmodSync(source('folder/file'), 0o600);
    chmodSync(source('folder'), 0o700);
    const before = Math.floor(Date.now() / 1000);
    const { report } = await run({ mtime: 'NONE', posixPermissions: 'NONE' });
    expect(report.state).toBe('SUCCESS');
    expect(statSync(out('folder/file')).mode & 0o777).toBe(0o644);
    expect(statSync(out('folder')).mode & 0o777).toBe(0o755);
    expect(statSync(out('folder/file')).mtimeMs / 1000).toBeGreaterThanOrEqual(before);
    // A newer version at the source is seen all the same.
    writeFileSync(source('folder/file'), 'x'.repeat(100));
    const later = Math.floor(Date.now() / 1000) + 60;
    utimesSync(source('folder/file'), later, later);
    expect((await run({ mtime: 'NONE' })).paths('transferred')).toEqual(['folder/file']);
  });

  test('mtime NONE: a file of a time to come is transferred once, not again until that time has come', async () => {
    file('ahead');
    const ahead = Math.floor(Date.now() / 1000) + 8 * 3600;
    utimesSync(source('ahead'), ahead, ahead);
    const options = { mtime: 'NONE', verifyMode: 'POINT_IN_TIME_CONSISTENT' } as const;
    const first = await run(options);
    expect(first.report).toMatchObject({ state: 'SUCCESS', failed: [], counts: { verifiedAtEnd: 1 } });
    expect((await run(options)).report.counts).toMatchObject({ filesTransferred: 0, filesUnchanged: 1 });
    utimesSync(source('ahead'), ahead + 1, ahead + 1);
    expect((await run(options)).report.counts.filesTransferred).toBe(1);
  });

  test('uid and gid INT_VALUE: for root the owner is kept, others are told before anything is done', async () => {
    file('file');
    if (process.getuid?.() !== 0) {
      await expect(run({ uid: 'INT_VALUE' })).rejects.toMatchObject({ code: 'OWNER_NEEDS_ROOT', kind: 'config' });
      return;
    }
    const { chownSync } = await import('node:fs');
    chownSync(source('file'), 12_345, 23_456);
    await run();
    expect(statSync(out('file'))).toMatchObject({ uid: 0, gid: 0 });
    const second = await run({ uid: 'INT_VALUE', gid: 'INT_VALUE' });
    expect(second.report.counts).toMatchObject({ filesTransferred: 0, modesChanged: 1 });
    expect(statSync(out('file'))).toMatchObject({ uid: 12_345, gid: 23_456 });
    rmSync(out('file'));
    await run({ uid: 'INT_VALUE' });
    expect(statSync(out('file'))).toMatchObject({ uid: 12_345, gid: 0 });
  });
});
