/** Settings about the source: what is taken, when a run stops, and what becomes of files there. Over a real OpenSSH server. */
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { join, relative } from 'node:path';
import { pullSummary } from '../../../scripts/render/pull';
import { describeWith } from '../../helpers/needs';
import { usePullSite } from '../../helpers/pull-site';
import { sshdNeeds } from '../../helpers/sshd';

describeWith(sshdNeeds, 'settings about the source', () => {
  const { folder, source, out, file, run } = usePullSite();

  describe('settleTimeSeconds', () => {
    test('young files wait for the next run, old ones and those from the far future do not', async () => {
      file('old');
      file('young');
      file('future');
      utimesSync(source('young'), Date.now() / 1000 - 30, Date.now() / 1000 - 30);
      utimesSync(source('future'), 4_000_000_000, 4_000_000_000);
      const { report, paths } = await run({ settleTimeSeconds: 3600 });
      expect(report.state).toBe('SUCCESS');
      expect(paths('transferred')).toEqual(['future', 'old']);
      expect(report.skipped).toEqual([{ path: 'young', reason: expect.stringContaining('still being written') }]);
    });

    test('by the clock of the server: its offset counts', async () => {
      file('file');
      // Written two hours ago, by a clock that is an hour ahead.
      utimesSync(source('file'), Date.now() / 1000 - 3600, Date.now() / 1000 - 3600);
      const ahead = { source: { timeOffsetSeconds: 3600 } };
      const { report } = await run({ settleTimeSeconds: 5400 }, ahead);
      expect(report.counts.filesTransferred).toBe(1);
      const mtimeSeconds = (path: string) => Math.floor(lstatSync(path).mtimeMs / 1000);
      expect(mtimeSeconds(source('file')) - mtimeSeconds(out('file'))).toBe(3600);
      expect((await run({}, ahead)).report.counts).toMatchObject({ filesTransferred: 0, filesUnchanged: 1 });
    });
  });

  describe('sourceAfterTransfer', () => {
    test('DELETE takes away what was verified, folders stay, and what was here already is read again first', async () => {
      for (const path of ['a', 'folder/b']) file(path);
      await run();
      const { report, paths } = await run({ sourceAfterTransfer: 'DELETE' });
      expect(paths('transferred')).toEqual(['a', 'folder/b']);
      expect(report.counts.clearedAtSource).toBe(2);
      expect(pullSummary(report)).toContain('\n  2 files deleted at the source\n');
      expect(readdirSync(source(), { recursive: true })).toEqual(['folder']);
      expect(existsSync(out('folder/b'))).toBe(true);
    });

    test('MOVE keeps the path beneath the folder, which is not pulled itself', async () => {
      for (const path of ['a', 'deep/er/b']) file(path);
      const options = { sourceAfterTransfer: 'MOVE', moveTo: source('done') } as const;
      const { report } = await run(options);
      expect(report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 2, clearedAtSource: 2 } });
      expect(pullSummary(report)).toContain(`\n  2 files moved to ${source('done')} at the source\n`);
      expect(existsSync(source('done/deep/er/b'))).toBe(true);
      expect(existsSync(source('a'))).toBe(false);
      const second = await run(options);
      expect(second.report.counts).toMatchObject({ filesTransferred: 0, excluded: 1 });
      expect(existsSync(out('done'))).toBe(false);
    });

    test.each<[string, () => string]>([
      ['relative to where the server starts', () => `./${relative(userInfo().homedir, source())}`],
      ['with a slash too many', () => `/${source()}`],
      ['through a link', () => join(folder(), 'link')],
    ])('MOVE knows its folder where the source path is written %s', async (_, path) => {
      symlinkSync('source', join(folder(), 'link'));
      for (const path of ['a', 'deep/er/b']) file(path);
      const options = { sourceAfterTransfer: 'MOVE', moveTo: source('deep/done') } as const;
      const first = await run(options, { source: { path: path() } });
      expect(first.report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 2, clearedAtSource: 2 } });
      const second = await run(options, { source: { path: path() } });
      expect(second.report.counts).toMatchObject({ filesTransferred: 0, excluded: 1 });
      expect(readdirSync(source('deep/done'), { recursive: true }).sort()).toEqual([
        'a',
        'deep',
        'deep/er',
        'deep/er/b',
      ]);
      expect(existsSync(out('deep/done'))).toBe(false);
    });

    test('MOVE into the source path itself, written otherwise, is refused', async () => {
      file('a');
      symlinkSync('source', join(folder(), 'link'));
      const { report } = await run({ sourceAfterTransfer: 'MOVE', moveTo: join(folder(), 'link') });
      expect(report.error).toMatchObject({ code: 'SETTINGS_CONFLICT', kind: 'config' });
      expect(existsSync(source('a'))).toBe(true);
    });

    test('a file that is in the way of a move is never replaced: transferred, and failed beside', async () => {
      file('a');
      file('done/a', 7);
      const { report, paths } = await run({ sourceAfterTransfer: 'MOVE', moveTo: source('done') });
      expect(report.state).toBe('ERROR');
      expect(paths('transferred')).toEqual(['a']);
      expect(report.failed).toEqual([expect.objectContaining({ path: 'a', code: 'SOURCE_NOT_MOVED' })]);
      expect(readFileSync(source('done/a'))).toHaveLength(7);
      expect(existsSync(source('a'))).toBe(true);
    });

    test('links and what they lead to are left alone', async () => {
      file('real');
      mkdirSync(join(folder(), 'outside'));
      writeFileSync(join(folder(), 'outside/precious'), '');
      symlinkSync(join(folder(), 'outside'), source('link'));
      symlinkSync('real', source('to-real'));
      await run({ sourceAfterTransfer: 'DELETE' });
      expect(readdirSync(source()).sort()).toEqual(['link', 'to-real']);
      expect(existsSync(join(folder(), 'outside/precious'))).toBe(true);
    });
  });

  describe('symlinks', () => {
    beforeEach(() => {
      file('folder/file');
      symlinkSync('folder', source('to-folder'));
      symlinkSync('../folder/file', source('folder/to-file'));
      symlinkSync(source('folder/file'), source('absolute'));
      symlinkSync('..', source('folder/loop'));
      symlinkSync('/etc', source('out'));
      symlinkSync('../../etc/passwd', source('folder/climbs'));
      symlinkSync('folder/../../x', source('climbs-later'));
      symlinkSync('nowhere', source('dangling'));
    });

    test('FOLLOW takes what lies inside, and tells loops, what leads out and what leads nowhere', async () => {
      const { report, paths } = await run({ symlinks: 'FOLLOW' });
      expect(report.state).toBe('SUCCESS');
      expect(paths('transferred')).toEqual([
        'absolute',
        'folder/file',
        'folder/to-file',
        'to-folder/file',
        'to-folder/to-file',
      ]);
      expect(lstatSync(out('to-folder')).isDirectory()).toBe(true);
      const skipped = Object.fromEntries(report.skipped.map(({ path, reason }) => [path, reason]));
      expect(skipped).toEqual({
        'folder/loop': expect.stringContaining('a loop'),
        'to-folder/loop': expect.stringContaining('a loop'),
        out: expect.stringContaining('outside the source path'),
        'folder/climbs': expect.stringMatching(/outside|nowhere/),
        'to-folder/climbs': expect.stringMatching(/outside|nowhere/),
        'climbs-later': expect.stringContaining('nowhere'),
        dangling: expect.stringContaining('leads nowhere'),
      });
      expect((await run({ symlinks: 'FOLLOW' })).report.counts.filesTransferred).toBe(0);
    });

    test('FOLLOW goes through a link to what is included beneath it, and takes no file beside that', async () => {
      const { report, paths } = await run({ symlinks: 'FOLLOW', includes: ['/to-folder/file', '/absolute/x'] });
      expect(report).toMatchObject({ state: 'SUCCESS', skipped: [] });
      expect(paths('transferred')).toEqual(['to-folder/file']);
    });

    test('COPY makes links that cannot lead out, absolute ones relative; a second run makes none; a changed one is changed', async () => {
      const { report, paths } = await run({ symlinks: 'COPY' });
      expect(report.state).toBe('SUCCESS');
      expect(paths('linked')).toEqual(['absolute', 'dangling', 'folder/loop', 'folder/to-file', 'to-folder']);
      expect(readlinkSync(out('absolute'))).toBe('folder/file');
      expect(readFileSync(out('folder/to-file')).equals(readFileSync(source('folder/file')))).toBe(true);
      expect(report.skipped.map(({ path }) => path).sort()).toEqual(['climbs-later', 'folder/climbs', 'out']);
      expect((await run({ symlinks: 'COPY' })).paths('linked')).toEqual([]);
      symlinkSync('absolute', source('new'));
      renameSync(source('new'), source('dangling'));
      expect((await run({ symlinks: 'COPY' })).paths('linked')).toEqual(['dangling']);
      expect(readlinkSync(out('dangling'))).toBe('absolute');
    });

    test('REMOVE takes away a link that is gone, and not what it leads to', async () => {
      await run({ symlinks: 'COPY' });
      renameSync(source('to-folder'), join(folder(), 'elsewhere'));
      const { paths } = await run({ symlinks: 'COPY', preserveDeletedFiles: 'REMOVE', removalLimit: '50%' });
      expect(paths('removed')).toEqual(['to-folder']);
      expect(existsSync(out('folder/file'))).toBe(true);
    });
  });

  test('a hard link at the source is a file like any other', async () => {
    file('a');
    linkSync(source('a'), source('b'));
    expect((await run()).paths('transferred')).toEqual(['a', 'b']);
  });

  test.each([
    ['TRANSFER', ['skipped', 'transferred', 'unchanged']],
    ['BASIC', ['skipped']],
    ['OFF', []],
  ] as const)('logLevel %s: entries told are %j; report and task report have all', async (logLevel, kinds) => {
    file('old');
    await run();
    file('new');
    symlinkSync('nowhere', source('link'));
    const { report, events } = await run({ logLevel });
    const told = events.flatMap((event) => (event.type === 'entry' ? [event.outcome.kind] : []));
    expect(told.sort()).toEqual(kinds);
    expect(report.counts).toMatchObject({ filesTransferred: 1, filesUnchanged: 1, skipped: 1 });
    const rows = readFileSync(report.files.taskReport as string, 'utf8')
      .trimEnd()
      .split('\n');
    expect(rows.map((row) => JSON.parse(row)).sort((a, b) => a.path.localeCompare(b.path))).toEqual([
      { path: 'link', result: 'SKIPPED', reason: 'it is a symbolic link' },
      { path: 'new', result: 'TRANSFERRED', sizeBytes: 100, sha256: expect.any(String), verified: true },
      { path: 'old', result: 'SKIPPED', sizeBytes: 100, reason: 'unchanged' },
    ]);
    expect(
      readFileSync(report.files.taskReportCsv as string, 'utf8')
        .trimEnd()
        .split('\r\n'),
    ).toHaveLength(4);
    expect(readFileSync(report.files.manifest, 'utf8')).toContain('new');
  });

  test('taskReport NONE writes none; a run that is stopped is CANCELLING before it is an ERROR', async () => {
    file('large', 3_000_000);
    const abort = new AbortController();
    const { report, events } = await run(
      { taskReport: 'NONE', bytesPerSecond: 200_000 },
      {},
      {
        signal: abort.signal,
        onEvent: (event) => {
          if (event.type === 'progress' && event.receivedBytes > 0) abort.abort();
        },
      },
    );
    expect(report.error?.code).toBe('INTERRUPTED');
    expect(events.flatMap((event) => (event.type === 'state' ? [event.state] : []))).toEqual([
      'QUEUED',
      'LAUNCHING',
      'PREPARING',
      'TRANSFERRING',
      'CANCELLING',
      'ERROR',
    ]);
    expect(report.files).not.toHaveProperty('taskReport');
  });
});
