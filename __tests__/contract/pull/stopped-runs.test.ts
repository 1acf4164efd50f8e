/** Runs that are stopped: by whoever started them, or by a time limit. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { packetType } from '../../../provision/pull/sftp/wire';
import { pull, pullJob } from '../../helpers/pull';
import { useScriptedPull } from '../../helpers/scripted-pull';
import { type ScriptedRequest, scriptedFile } from '../../helpers/scripted-sftp';
import { status } from '../../helpers/sftp-bytes';

const { folder, serve, run, out } = useScriptedPull();

describe('stopping', () => {
  test('ends at once, publishes nothing half-written, and the next run completes', async () => {
    const large = Buffer.alloc(3_000_000, 'stop');
    const abort = new AbortController();
    await serve({
      files: { '/data/large': scriptedFile(large) },
      intercept: ({ type, offset }) => {
        if (type !== packetType.read || offset < 1_000_000 || abort.signal.aborted) return undefined;
        abort.abort();
        return 'hang';
      },
    });
    const stopped = await run({ connections: 1 }, { signal: abort.signal });
    expect(stopped.report).toMatchObject({
      state: 'ERROR',
      error: { code: 'INTERRUPTED', kind: 'interrupted' },
      failed: [],
    });
    expect(existsSync(out('large'))).toBe(false);
    const again = await run({ connections: 1 });
    expect(again.report.state).toBe('SUCCESS');
    expect(readFileSync(out('large')).equals(large)).toBe(true);
  });

  test('while a server that says nothing is still being reached ends at once', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', () => resolve()));
    const { port } = silent.address() as AddressInfo;
    const source = { port, username: 'vendor', hostKeyFingerprint: '', password: 'x' };
    const abort = new AbortController();
    silent.on('connection', () => abort.abort());
    try {
      const options = { password: 'x', signal: abort.signal };
      const { report } = await pull(pullJob(source, '/data', folder(), { hostKeys: [] }), options);
      expect(report).toMatchObject({ state: 'ERROR', error: { code: 'INTERRUPTED' } });
    } finally {
      silent.close();
    }
    // ssh2 by itself waits for half a minute.
  });

  test('in the middle of a removal is no failure of what was to be removed', async () => {
    const abort = new AbortController();
    await serve({
      files: { '/data/file': scriptedFile('x') },
      intercept: ({ type, path }) => {
        if (type !== packetType.lstat || path !== '/data/gone') return undefined;
        abort.abort();
        return 'hang';
      },
    });
    mkdirSync(out('.'), { recursive: true });
    writeFileSync(out('gone'), 'x');
    const options = { preserveDeletedFiles: 'REMOVE', removalLimit: '100%' } as const;
    const { report } = await run({ options }, { signal: abort.signal });
    expect(report).toMatchObject({ state: 'ERROR', error: { code: 'INTERRUPTED' }, failed: [] });
    expect(existsSync(out('gone'))).toBe(true);
  });
});

describe('a time limit', () => {
  const twoSeconds = { durationMinutes: 2 / 60 };
  const hangs = (path: string) => (request: ScriptedRequest) =>
    request.type === packetType.open && request.path === path ? 'hang' : undefined;

  test('is no excuse for an error: a disk that was full before it is told, though another file kept the run', async () => {
    await serve({
      files: { '/data/fails': scriptedFile(Buffer.alloc(300_000)), '/data/hangs': scriptedFile('abc') },
      intercept: hangs('/data/hangs'),
    });
    const write = () => {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    };
    const { report } = await run({ options: { limits: twoSeconds } }, { decorateDisk: (disk) => ({ ...disk, write }) });
    expect(report).toMatchObject({ state: 'ERROR', error: { code: 'ENOSPC', kind: 'failed' } });
    expect(report).not.toHaveProperty('left');
  });

  test.each([
    ['a stopped file finds a full disk', 'ENOSPC'],
    ['a look at the destination finds its file system gone', 'ENODEV'],
  ])('is no excuse for an error that is met only after it: %s', async (_what, code) => {
    await serve({
      files: { '/data/begun': scriptedFile(Buffer.alloc(100_000)), '/data/hangs': scriptedFile('abc') },
      intercept: (request) =>
        request.type === packetType.read && request.offset > 0 ? 'hang' : hangs('/data/hangs')(request),
    });
    const fail = async () => {
      await new Promise((resolve) => setTimeout(resolve, code === 'ENODEV' ? 2500 : 200));
      throw Object.assign(new Error(code), { code });
    };
    const { report } = await run(
      { options: { limits: twoSeconds } },
      { decorateDisk: (disk) => ({ ...disk, ...(code === 'ENODEV' ? { lstat: fail } : { write: fail }) }) },
    );
    expect(report).toMatchObject({ state: 'ERROR', error: { code } });
    expect(report).not.toHaveProperty('left');
  });

  test('counts each file once: what another limit left, and not what was transferred or failed', async () => {
    const names = ['hangs', 'refused', 'a', 'over', 'over too'];
    await serve({
      files: Object.fromEntries(names.map((name) => [`/data/${name}`, scriptedFile('abc')])),
      intercept: (request) =>
        request.type === packetType.open && request.path === '/data/refused'
          ? status(request.id, 3)
          : hangs('/data/hangs')(request),
    });
    const { report } = await run({ options: { limits: { files: 3, ...twoSeconds } } });
    expect(report.counts).toMatchObject({ filesTransferred: 1, failed: 1 });
    expect(report.left).toEqual({ limit: 'time', files: 3, bytes: 9, isAll: false });
  });
});
