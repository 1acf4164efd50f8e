/** Replies as some servers send them, and as none should: what can be understood is, and the rest is one failed entry that says what and where. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { type Attrs, packetType } from '../../../provision/pull/sftp/wire';
import { useScriptedPull } from '../../helpers/scripted-pull';
import { namesReply, type ScriptedRequest, scriptedFile } from '../../helpers/scripted-sftp';
import { attrs, packet, status, string, uint32 } from '../../helpers/sftp-bytes';

const { serve, run, out } = useScriptedPull();

const attrsReply = (id: number, told: Partial<Attrs>) => packet(packetType.attrs, uint32(id), attrs(told));
const entry = (name: string, told: Partial<Attrs>, longname?: string) => ({
  filename: Buffer.from(name),
  attrs: told,
  ...(longname === undefined ? {} : { longname }),
});

describe('types', () => {
  const timed = { sizeBytes: 1, mtimeSeconds: 1_500_000_000 };
  const typeless: Readonly<Record<string, Partial<Attrs>>> = {
    '/data': { mode: 0o755, mtimeSeconds: 1 },
    '/data/dash': { ...timed, mode: 0o644 },
    '/data/file': { ...timed, mode: 0o640 },
    '/data/folder/x': { ...timed, mode: 0o644 },
  };

  test('that only the text of the listing tells are taken from there; permissions are kept', async () => {
    await serve({
      files: { '/data/file': scriptedFile('a'), '/data/folder/x': scriptedFile('x') },
      intercept: ({ type, id, path, before }) => {
        const told = typeless[path];
        if ((type === packetType.stat || type === packetType.lstat) && told !== undefined) return attrsReply(id, told);
        if (type !== packetType.readDir) return undefined;
        if (before > 0) return status(id, 1);
        return path === '/data'
          ? namesReply(id, [
              entry('file', { ...timed, mode: 0o640 }, '-rw-r-----   1 ftp ftp        1 Jul 14  2017 file'),
              entry('folder', { mode: 0o755 }, 'drwxr-xr-x   1 ftp ftp        0 Jul 14  2017 folder'),
              entry('link', { ...timed, mode: 0o777 }, 'lrwxrwxrwx   1 ftp ftp        4 Jul 14  2017 link -> file'),
              entry('dash', { ...timed, mode: 0o644 }, '-'),
            ])
          : namesReply(id, [entry('x', timed, '-rw-r--r--   1 ftp ftp        1 Jul 14  2017 x')]);
      },
    });
    const { report, paths } = await run();
    expect(paths('transferred')).toEqual(['file', 'folder/x']);
    expect(report.skipped).toEqual([{ path: 'link', reason: 'it is a symbolic link' }]);
    expect(report.failed).toEqual([
      {
        kind: 'failed',
        path: 'dash',
        code: 'ATTRIBUTES_MISSING',
        reason: 'the server does not tell its type, neither in the listing nor when it is asked',
        hint: expect.stringContaining('owner'),
      },
    ]);
  });
});

test('a server that does not tell again what it listed is told of as that, and not as a change', async () => {
  await serve({
    files: { '/data/file': scriptedFile('a') },
    intercept: ({ type, id, path }) =>
      type === packetType.lstat && path === '/data/file' ? attrsReply(id, { sizeBytes: 1, mode: 0o100644 }) : undefined,
  });
  expect((await run()).report.failed).toMatchObject([
    {
      code: 'ATTRIBUTES_MISSING',
      reason: expect.stringContaining('lists its time and does not tell it when asked'),
      hint: expect.stringContaining('READ_ONCE'),
    },
  ]);
});

describe('with settleTimeSeconds', () => {
  const settling = { options: { settleTimeSeconds: 60 } };
  const thatTells = (told: Partial<Attrs>) =>
    serve({
      files: { '/data/file': scriptedFile('a', { mtimeSeconds: 1_500_000_000 }) },
      intercept: ({ type, id, path }) =>
        type === packetType.lstat && path === '/data/file'
          ? attrsReply(id, { sizeBytes: 1, mode: 0o100644, ...told })
          : undefined,
    });

  test('a listing that tells times more coarsely keeps no file waiting for ever', async () => {
    await thatTells({ mtimeSeconds: 1_500_000_017 });
    const { report, paths } = await run(settling);
    expect(paths('transferred')).toEqual(['file']);
    expect(report.skipped).toEqual([]);
    expect(Math.floor(statSync(out('file')).mtimeMs / 1000)).toBe(1_500_000_017);
  });

  test('nor does a server that does not tell the time again: that is a failure', async () => {
    await thatTells({});
    expect((await run(settling)).report).toMatchObject({ state: 'ERROR', failed: [{ code: 'ATTRIBUTES_MISSING' }] });
  });

  test('one that was written to just now, or of another size, waits', async () => {
    for (const told of [{ mtimeSeconds: Math.floor(Date.now() / 1000) }, { mtimeSeconds: 1, sizeBytes: 2 }]) {
      const server = await thatTells(told);
      expect((await run(settling)).report).toMatchObject({ state: 'SUCCESS', skipped: [{ path: 'file' }] });
      await server.close();
    }
  });
});

test('a READ that brings no bytes is an end of file, before the end a failure', async () => {
  const whole = Buffer.alloc(50_000, 'w');
  await serve({
    files: { '/data/cut': scriptedFile(whole), '/data/empty': scriptedFile(''), '/data/whole': scriptedFile(whole) },
    intercept: ({ type, id, path, offset }) => {
      const isAtEnd = path === '/data/cut' ? offset > 0 : path === '/data/empty' || offset >= whole.length;
      return type === packetType.read && isAtEnd ? packet(packetType.data, uint32(id), string('')) : undefined;
    },
  });
  const { report, paths } = await run();
  expect(paths('transferred')).toEqual(['empty', 'whole']);
  expect(readFileSync(out('whole')).equals(whole)).toBe(true);
  expect(report.failed).toMatchObject([{ path: 'cut', code: 'SIZE_MISMATCH' }]);
});

describe('a reply that is none to its request', () => {
  const openOf = (reply: (id: number) => Buffer) => ({
    at: ({ type, path }: ScriptedRequest) => type === packetType.open && path === '/data/folder/x',
    path: 'folder/x',
    reply,
  });
  test.each([
    [
      'a handle that is cut off',
      openOf((id) => packet(packetType.handle, uint32(id), uint32(50))),
      'the server\'s answer to "open /data/folder/x" cannot be read: a field of 50 bytes does not fit',
    ],
    [
      'a STATUS without a code',
      openOf((id) => packet(packetType.status, uint32(id))),
      'the server\'s answer to "open /data/folder/x" cannot be read: a field of 4 bytes does not fit',
    ],
    [
      'OK where a handle was due',
      openOf((id) => status(id, 0)),
      'the server answered "open /data/folder/x" with a STATUS that is no refusal where HANDLE was due',
    ],
    [
      'a packet that SFTP does not have',
      openOf((id) => packet(150, uint32(id))),
      'the server answered "open /data/folder/x" with a packet of type 150 where HANDLE was due',
    ],
    [
      'a listing that is cut off',
      {
        at: ({ type, path }: ScriptedRequest) => type === packetType.readDir && path === '/data/folder',
        path: 'folder',
        reply: (id: number) => packet(packetType.name, uint32(id), uint32(5), string('x')),
      },
      'the server\'s answer to "readdir" cannot be read',
    ],
  ])('%s: one failed entry that says which, and what to do', async (_what, { at, path, reply }, reason) => {
    await serve({
      files: { '/data/good': scriptedFile('good'), '/data/folder/x': scriptedFile('x') },
      intercept: (request) => (at(request) ? reply(request.id) : undefined),
    });
    const { report, paths } = await run();
    expect(paths('transferred')).toEqual(['good']);
    expect(report.failed).toMatchObject([
      { path, code: 'SFTP_BAD_REPLY', reason: expect.stringContaining(reason), hint: expect.stringContaining('owner') },
    ]);
  });
});

describe('names that come again', () => {
  test('for ever: the listing is given up and is a failure, and what it told is transferred', async () => {
    await serve({
      files: { '/data/a': scriptedFile('a'), '/data/b': scriptedFile('b') },
      intercept: ({ type, id, before }) => {
        if (type !== packetType.readDir) return undefined;
        // Without an end to it, this would go on for ever.
        if (before > 1000) return status(id, 1);
        return namesReply(id, [entry('a', scriptedFile('a').attrs), entry('b', scriptedFile('b').attrs)]);
      },
    });
    const { report } = await run();
    expect(report.state).toBe('ERROR');
    expect(report.failed.filter(({ code }) => code !== 'LISTED_TWICE')).toMatchObject([
      { path: '.', code: 'LISTED_FOR_EVER', hint: expect.stringContaining('owner') },
    ]);
    expect(readdirSync(out('')).sort()).toEqual(['a', 'b']);
  });

  test('a directory that is listed twice is told as that', async () => {
    const folder = entry('folder', { mode: 0o040755, mtimeSeconds: 1 });
    await serve({ files: { '/data/folder/x': scriptedFile('x') }, listings: { '/data': [folder] } });
    const { report, paths } = await run();
    expect(paths('transferred')).toEqual(['folder/x']);
    expect(report.failed).toMatchObject([
      { path: 'folder', code: 'LISTED_TWICE', reason: expect.stringContaining('lists this name twice') },
    ]);
  });
});

test('a file and a directory of one name: the directory is taken, and the file is a failure that says what to look at', async () => {
  await serve({
    files: { '/data/good': scriptedFile('good'), '/data/name/x': scriptedFile('x') },
    listings: { '/data': [entry('name', scriptedFile('a').attrs)] },
    intercept: ({ type, id, path, pathBytes }) => {
      if (path !== '/data/name' || pathBytes.length < path.length) return undefined;
      if (type === packetType.open) return packet(packetType.handle, uint32(id), string('a handle'));
      return type === packetType.lstat ? attrsReply(id, { ...scriptedFile('a').attrs, sizeBytes: 0 }) : undefined;
    },
  });
  const { report, paths } = await run();
  expect(paths('transferred')).toEqual(['good', 'name/x']);
  expect(report.failed).toMatchObject([
    { path: 'name', code: 'DESTINATION_CONFLICT', hint: expect.stringContaining('server') },
  ]);
});

test.each([
  ['without LSTAT', 8],
  ['that forbids LSTAT', 3],
])('a server %s is asked with STAT', async (_what, refusal) => {
  await serve({
    files: { '/data/file': scriptedFile('a'), '/data/untold': scriptedFile('b', { mode: undefined }) },
    intercept: ({ type, id, path }) => {
      if (type === packetType.lstat) return status(id, refusal);
      return type === packetType.stat && path === '/data/untold' ? attrsReply(id, scriptedFile('b').attrs) : undefined;
    },
  });
  expect((await run()).report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 2 } });
});

test('a directory that holds itself for ever is a failure where no path leads on', async () => {
  const name = 'loop'.repeat(50);
  await serve({
    files: {},
    intercept: ({ type, id, path, before }) => {
      if (type !== packetType.readDir) return undefined;
      // Else this would go on for ever.
      if (before > 0 || path.length > 10_000) return status(id, 1);
      return namesReply(id, [entry(name, { mode: 0o040755, mtimeSeconds: 1 })]);
    },
  });
  const { report } = await run();
  expect(report.failed).toEqual([
    {
      kind: 'failed',
      path: Array.from({ length: 21 }, () => name).join('/'),
      code: 'PATH_TOO_LONG',
      reason: 'its path would have 4220 bytes; Linux takes 4095',
      hint: expect.stringContaining('follows a link that leads back'),
    },
  ]);
});

test('a refusal in very many words is told with the first of them', async () => {
  await serve({
    files: { '/data/file': scriptedFile('a') },
    intercept: ({ type, id }) => (type === packetType.open ? status(id, 4, 'x'.repeat(100_000)) : undefined),
  });
  const { report } = await run();
  expect(report.failed).toEqual([expect.objectContaining({ reason: expect.stringMatching(/x\.\.\.\)$/) })]);
  expect(report.failed[0]?.reason.length).toBeLessThan(2000);
});
