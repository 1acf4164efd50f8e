/** What no well-behaved server does: hostile names, lies, refusals, changes under way. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packetType } from '../../../provision/pull/sftp/wire';
import { describeWith } from '../../helpers/needs';
import { useScriptedPull } from '../../helpers/scripted-pull';
import { namesReply, scriptedFile } from '../../helpers/scripted-sftp';
import { attrs, packet, status, uint32 } from '../../helpers/sftp-bytes';

const { folder, serve, run, out } = useScriptedPull();

describe('hostile names', () => {
  const regular = { sizeBytes: 3, mode: 0o100644, mtimeSeconds: 1_500_000_000 };
  const folderAttrs = { sizeBytes: 0, mode: 0o040755, mtimeSeconds: 1_500_000_000 };

  test('are failed entries with the reason; the rest arrives, and nothing lands elsewhere', async () => {
    const names: readonly (readonly [Buffer, string, typeof regular])[] = [
      [Buffer.from('../escape'), '../escape', regular],
      [Buffer.from('/tmp/absolute'), '/tmp/absolute', regular],
      [Buffer.from('a/../../b'), 'a/../../b', folderAttrs],
      [Buffer.from('nul\0byte'), 'nul\\u0000byte', regular],
      [Buffer.from([0x66, 0xff, 0xfe]), 'fÿþ', regular],
      [Buffer.from('x'.repeat(256)), 'x'.repeat(256), regular],
      [Buffer.alloc(0), '', regular],
    ];
    await serve({
      files: { '/data/good': scriptedFile('good') },
      listings: {
        '/data': [
          { filename: Buffer.from('.'), attrs: folderAttrs },
          { filename: Buffer.from('..'), attrs: folderAttrs },
          ...names.map(([filename, , attributes]) => ({ filename, attrs: attributes })),
        ],
      },
    });
    const { report, paths } = await run();
    expect(report.state).toBe('ERROR');
    expect(paths('failed')).toEqual(names.map(([, shown]) => shown).sort());
    expect(report.failed.every(({ code }) => code === 'BAD_NAME')).toBe(true);
    expect(paths('transferred')).toEqual(['good']);
    expect(readdirSync(join(folder(), 'out'))).toEqual(['good']);
    expect(readdirSync(folder()).sort()).toEqual(['out', 'state']);
  });

  test('names that S3 cannot hold are refused before a byte is asked for', async () => {
    const long = `/data/${'d'.repeat(250)}/${'e'.repeat(250)}/${'f'.repeat(250)}/${'g'.repeat(250)}`;
    const scripted = await serve({
      files: { [`${long}/x`]: scriptedFile('no'), [`${long}/${'y'.repeat(30)}`]: scriptedFile('no') },
    });
    const { report } = await run({ destination: { keyPrefix: 'prefix/of/the/associat/' } });
    expect(report.failed).toMatchObject([{ code: 'KEY_TOO_LONG', reason: expect.stringContaining('S3 takes 1024') }]);
    expect(scripted.requests.filter(({ type }) => type === packetType.open)).toEqual([]);
  });

  test('special files are skipped by what they are', async () => {
    await serve({
      files: {},
      listings: { '/data': [{ filename: Buffer.from('pipe'), attrs: { ...regular, mode: 0o010644 } }] },
    });
    expect((await run()).report.skipped).toEqual([{ path: 'pipe', reason: 'it is a FIFO' }]);
  });

  test('the staging folder at the destination cannot be taken over by an entry of its name', async () => {
    await serve({ files: { '/data/.staging/lock': scriptedFile('x') } });
    const { report } = await run({ destination: { stagingPath: out('.staging') } });
    expect(report.failed).toMatchObject([{ path: '.staging', code: 'RESERVED_NAME' }]);
  });
});

describe('the staging folder', () => {
  test.each(['staging', 'staging/parts'])('%s that is a link is not written through', async (link) => {
    await serve({ files: { '/data/file': scriptedFile('x') } });
    mkdirSync(join(folder(), 'elsewhere'));
    if (link !== 'staging') mkdirSync(join(folder(), 'staging'));
    symlinkSync(join(folder(), 'elsewhere'), join(folder(), link));
    await expect(run()).rejects.toMatchObject({ code: 'STAGING_NOT_A_DIRECTORY', kind: 'blocked' });
    expect(readdirSync(join(folder(), 'elsewhere'))).toEqual([]);
  });

  test.each(['staging', 'staging/parts'])('%s that others can write in is refused, and left as it is', async (open) => {
    await serve({ files: { '/data/file': scriptedFile('sent') } });
    mkdirSync(join(folder(), 'staging/parts'), { recursive: true });
    chmodSync(join(folder(), open), 0o777);
    const planted = join(folder(), 'staging/parts/file~4~1500000000');
    writeFileSync(planted, 'fake');
    await expect(run()).rejects.toMatchObject({ code: 'STAGING_OPEN_TO_OTHERS', kind: 'blocked' });
    expect(readFileSync(planted, 'utf8')).toBe('fake');
  });

  // A file could not be renamed into place from there.
  const other = '/dev/shm';
  const isOther = existsSync(other) && statSync(other).dev !== statSync(tmpdir()).dev;
  describeWith([{ what: 'a second file system at /dev/shm', met: isOther }], 'on another file system', () => {
    test('is refused before anything is asked for', async () => {
      const scripted = await serve({ files: { '/data/file': scriptedFile('x') } });
      const stagingPath = mkdtempSync(join(other, 'sluice-test-'));
      const { report } = await run({ destination: { stagingPath } });
      rmSync(stagingPath, { recursive: true, force: true });
      expect(report.error).toMatchObject({ code: 'STAGING_ELSEWHERE', kind: 'config' });
      expect(scripted.requests.some(({ type }) => type === packetType.open)).toBe(false);
    });
  });
});

test('a server that cannot resolve paths: moveTo is known by its text', async () => {
  const scripted = await serve({
    files: { '/data/a': scriptedFile('a'), '/data/done/b': scriptedFile('b') },
    intercept: ({ type, id, path }) => {
      if (type === packetType.realPath) return status(id, 8);
      return type === packetType.lstat && path === '/data/done/a' ? status(id, 2) : undefined;
    },
  });
  const { report, paths } = await run({ options: { sourceAfterTransfer: 'MOVE', moveTo: '/data/done' } });
  expect(report).toMatchObject({ state: 'SUCCESS', counts: { clearedAtSource: 1, excluded: 1 } });
  expect(paths('transferred')).toEqual(['a']);
  expect(scripted.requests.some(({ type }) => type === packetType.realPath)).toBe(true);
});

test('a server that replaces on RENAME replaces nothing in moveTo', async () => {
  const scripted = await serve({
    files: { '/data/a': scriptedFile('new'), '/data/b': scriptedFile('b'), '/done/a': scriptedFile('precious') },
    intercept: ({ type, id, path }) => (type === packetType.lstat && path === '/done/b' ? status(id, 2) : undefined),
  });
  const { report, paths } = await run({ options: { sourceAfterTransfer: 'MOVE', moveTo: '/done' } });
  expect(paths('transferred')).toEqual(['a', 'b']);
  expect(report.failed).toMatchObject([
    { path: 'a', code: 'SOURCE_NOT_MOVED', reason: expect.stringContaining('/done/a is there already') },
  ]);
  expect(scripted.requests.filter(({ type }) => type === packetType.rename).map(({ path }) => path)).toEqual([
    '/data/b',
  ]);
});

describe('refusals', () => {
  test('of one file or one folder leave the others alone', async () => {
    await serve({
      files: Object.fromEntries(['a', 'secret', 'locked/x', 'z'].map((path) => [`/data/${path}`, scriptedFile(path)])),
      intercept: ({ type, id, path }) => {
        const isRefused =
          (type === packetType.open && path === '/data/secret') ||
          (type === packetType.openDir && path === '/data/locked');
        return isRefused ? status(id, 3, 'Permission denied') : undefined;
      },
    });
    const { report, paths } = await run();
    expect(paths('transferred')).toEqual(['a', 'z']);
    expect([...report.failed].sort((a, b) => a.path.localeCompare(b.path))).toMatchObject([
      { path: 'locked', code: 'SFTP_PERMISSION_DENIED', hint: expect.any(String) },
      // ProFTPD's words for more transfers at one time than it allows, too.
      { path: 'secret', code: 'SFTP_PERMISSION_DENIED', hint: expect.stringMatching(/read it.* fewer connections/) },
    ]);
  });
});

describe('attributes', () => {
  test('a listing that leaves some out is completed by LSTAT', async () => {
    const scripted = await serve({
      files: { '/data/file': scriptedFile('content') },
      intercept: ({ type, id, path, before }) =>
        type === packetType.readDir && path === '/data' && before === 0
          ? namesReply(id, [{ filename: Buffer.from('file'), attrs: {} }])
          : type === packetType.readDir
            ? status(id, 1)
            : undefined,
    });
    expect((await run()).report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 1 } });
    expect(scripted.requests.some(({ type, path }) => type === packetType.lstat && path === '/data/file')).toBe(true);
  });

  test('a size that no file has is that entry alone, not all of its folder; a folder may have one', async () => {
    const sizeBytes = 2 ** 63;
    await serve({
      files: {
        '/data/folder/x': scriptedFile('x'),
        '/data/good': scriptedFile('good'),
        '/data/huge': scriptedFile('', { sizeBytes }),
      },
      intercept: ({ type, id, path, before }) =>
        type !== packetType.readDir || path !== '/data'
          ? undefined
          : before > 0
            ? status(id, 1)
            : namesReply(id, [
                { filename: Buffer.from('folder'), attrs: { sizeBytes, mode: 0o040755, mtimeSeconds: 1 } },
                { filename: Buffer.from('huge'), attrs: { sizeBytes, mode: 0o100644, mtimeSeconds: 1 } },
                { filename: Buffer.from('good'), attrs: scriptedFile('good').attrs },
              ]),
    });
    const { report, paths } = await run();
    expect(paths('transferred')).toEqual(['folder/x', 'good']);
    expect(report.failed).toMatchObject([{ path: 'huge', code: 'ATTRIBUTES_MISSING' }]);
  });

  test.each([
    ['says 0 bytes and sends some', 0],
    ['says more than it sends', 100],
    ['says less than it sends', 3],
  ])('a server that %s is not believed', async (_what, sizeBytes) => {
    await serve({
      files: { '/data/liar': scriptedFile('content', { sizeBytes }), '/data/honest': scriptedFile('ok') },
    });
    const { report, paths } = await run();
    expect(report.failed).toMatchObject([{ path: 'liar', code: 'SIZE_MISMATCH' }]);
    expect(paths('transferred')).toEqual(['honest']);
    expect(existsSync(out('liar'))).toBe(false);
    expect(existsSync(join(folder(), 'staging'))).toBe(false);
  });
});

describe('a file that changes while it is read', () => {
  const versions = ['first', 'second version'].map((text, index) => scriptedFile(text, { mtimeSeconds: 1000 + index }));

  test('is read again, and the version that stood still is what arrives', async () => {
    const files = { '/data/file': versions[0] as ReturnType<typeof scriptedFile> };
    await serve({
      files,
      intercept: ({ type, before }) => {
        if (type === packetType.lstat && before === 0)
          files['/data/file'] = versions[1] as ReturnType<typeof scriptedFile>;
        return undefined;
      },
    });
    const { report, events } = await run();
    expect(report.state).toBe('SUCCESS');
    const outcomes = events.flatMap((event) => (event.type === 'entry' ? [event.outcome] : []));
    expect(outcomes).toMatchObject([{ kind: 'transferred', attempts: 2, sizeBytes: 14 }]);
    expect(readFileSync(out('file'), 'utf8')).toBe('second version');
  });

  test('every time fails alone, and nothing of it is seen', async () => {
    let mtimeSeconds = 1000;
    await serve({
      files: { '/data/busy': scriptedFile('log'), '/data/still': scriptedFile('ok') },
      intercept: ({ type, id, path }) => {
        if (type !== packetType.lstat || path !== '/data/busy') return undefined;
        mtimeSeconds += 1;
        return packet(packetType.attrs, uint32(id), attrs({ sizeBytes: 3, mode: 0o100644, mtimeSeconds }));
      },
    });
    const { report, paths } = await run();
    expect(report.failed).toMatchObject([{ path: 'busy', code: 'SOURCE_CHANGED' }]);
    expect(paths('transferred')).toEqual(['still']);
    expect(existsSync(out('busy'))).toBe(false);
  });

  test('and is gone at the end, fails alone', async () => {
    await serve({
      files: { '/data/gone': scriptedFile('x') },
      intercept: ({ type, id }) => (type === packetType.lstat ? status(id, 2) : undefined),
    });
    expect((await run()).report.failed).toMatchObject([{ path: 'gone', code: 'SFTP_NO_SUCH_FILE' }]);
  });
});
