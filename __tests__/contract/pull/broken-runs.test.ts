/** Runs whose connections are cut or refused, or fall silent. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packetType } from '../../../provision/pull/sftp/wire';
import { pullSummary } from '../../../scripts/render/pull';
import { describeWith } from '../../helpers/needs';
import { useScriptedPull } from '../../helpers/scripted-pull';
import { scriptedFile } from '../../helpers/scripted-sftp';
import { attrs, packet, status, string, uint32 } from '../../helpers/sftp-bytes';

const { folder, serve, run, out } = useScriptedPull();

describe('connections', () => {
  const large = Buffer.alloc(3_000_000, 'sluice');

  test('one cut in the middle of a file goes on at the byte reached', async () => {
    const scripted = await serve({
      files: { '/data/large': scriptedFile(large) },
      intercept: ({ type, offset, connection }) =>
        type === packetType.read && offset >= 1_500_000 && connection === 0 ? 'disconnect' : undefined,
    });
    const { report, events } = await run({ connections: 1 });
    expect(report.state).toBe('SUCCESS');
    expect(readFileSync(out('large')).equals(large)).toBe(true);
    expect(scripted.connections()).toBe(2);
    expect(events.some((event) => event.type === 'connections' && event.change === 'lost')).toBe(true);
    const firstAgain = scripted.requests.find(({ type, connection }) => type === packetType.read && connection === 1);
    expect(firstAgain?.offset).toBeGreaterThan(0);
  });

  test('one cut after it was seen that a file grew asks for no more of that version', async () => {
    let isFirst = true;
    const content = 'grown by now';
    const scripted = await serve({
      files: { '/data/grows': scriptedFile(content, { sizeBytes: 3 }) },
      intercept: ({ type, path, offset, id }) => {
        // As OpenSSH answers a READ of length 0.
        if (type === packetType.read && offset === 4) return packet(packetType.data, uint32(id), string(''));
        if (type !== packetType.lstat || path !== '/data/grows') return undefined;
        if (!isFirst) return packet(packetType.attrs, uint32(id), attrs(scriptedFile(content).attrs));
        isFirst = false;
        return 'disconnect';
      },
    });
    const { report } = await run({ connections: 1 });
    expect(report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 1 } });
    expect(readFileSync(out('grows'), 'utf8')).toBe(content);
    expect(scripted.connections()).toBe(2);
  });

  test('one cut in the middle of a listing loses no entry', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `/data/d${index}/f`);
    await serve({
      files: Object.fromEntries(names.map((name) => [name, scriptedFile(name)])),
      intercept: ({ type, path, connection }) =>
        type === packetType.readDir && path === '/data/d7' && connection === 0 ? 'disconnect' : undefined,
    });
    const { report } = await run({ connections: 1 });
    expect(report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 20 } });
  });

  test('a file that cuts every connection fails alone, and its bytes are kept for the next run', async () => {
    let isBroken = true;
    await serve({
      files: { '/data/large': scriptedFile(large), '/data/small': scriptedFile('ok') },
      intercept: ({ type, path, offset }) =>
        isBroken && type === packetType.read && path === '/data/large' && offset >= 1_000_000
          ? 'disconnect'
          : undefined,
    });
    const first = await run({ connections: 1 });
    expect(first.report.failed).toMatchObject([{ path: 'large', code: 'SFTP_SESSION_LOST' }]);
    expect(first.paths('transferred')).toEqual(['small']);
    isBroken = false;
    const second = await run({ connections: 1 });
    expect(second.report.state).toBe('SUCCESS');
    const { bytesResumed } = second.report.counts;
    if (process.platform === 'linux') {
      expect(bytesResumed).toBeGreaterThan(500_000);
      expect(first.report.unfinished).toEqual({ files: 1, bytes: bytesResumed });
    }
    expect(pullSummary(first.report)).toMatch(/\n {2}kept for the next run: .+ of 1 unfinished file\n/);
    expect(second.report.unfinished).toBeUndefined();
    expect(readFileSync(out('large')).equals(large)).toBe(true);
  });

  test('what arrived of a file is kept, too, where the server refuses to read on, or to open it again', async () => {
    let answer: 'open' | 'read' | undefined = 'read';
    let wanted = 4;
    await serve({
      files: { '/data/large': scriptedFile(large) },
      intercept: ({ type, id, offset }) => {
        if (answer === 'open' && type === packetType.open) return status(id, wanted);
        return answer === 'read' && type === packetType.read && offset >= 1_000_000 ? status(id, wanted) : undefined;
      },
    });
    expect((await run({ connections: 1 })).report.failed).toMatchObject([{ path: 'large', code: 'SFTP_FAILURE' }]);
    const [part] = readdirSync(join(folder(), 'staging/parts'));
    expect(part).toBe(`large~${large.length}~1500000000`);
    [answer, wanted] = ['open', 3];
    expect((await run()).report.failed).toMatchObject([{ path: 'large', code: 'SFTP_PERMISSION_DENIED' }]);
    answer = undefined;
    const { report } = await run();
    expect(report.state).toBe('SUCCESS');
    expect(report.counts.bytesResumed).toBeGreaterThan(500_000);
    expect(readFileSync(out('large')).equals(large)).toBe(true);
  });

  test('what arrived of a file is kept, too, where the server refuses to look whether it is still written to', async () => {
    let refused = packetType.read as number;
    await serve({
      files: { '/data/large': scriptedFile(large) },
      intercept: ({ type, id, path, offset }) =>
        type === refused && path === '/data/large' && (type !== packetType.read || offset >= 1_000_000)
          ? status(id, 4)
          : undefined,
    });
    const settling = { connections: 1, options: { settleTimeSeconds: 1 } };
    expect((await run(settling)).report.failed).toMatchObject([{ path: 'large', code: 'SFTP_FAILURE' }]);
    refused = packetType.lstat;
    expect((await run(settling)).report.failed).toMatchObject([{ path: 'large', code: 'SFTP_FAILURE' }]);
    refused = 0;
    const { report } = await run(settling);
    expect(report.counts.bytesResumed).toBeGreaterThan(500_000);
    expect(readFileSync(out('large')).equals(large)).toBe(true);
  });

  test('a server that cannot read on from the middle is asked from the start', async () => {
    let mostBytes = 1_000_000;
    let isBegun = false;
    await serve({
      files: { '/data/large': scriptedFile(large) },
      intercept: ({ type, id, offset }) => {
        if (type === packetType.open) isBegun = false;
        if (type !== packetType.read) return undefined;
        isBegun ||= offset === 0;
        return isBegun && offset < mostBytes ? undefined : status(id, 4);
      },
    });
    expect((await run({ connections: 1 })).report.state).toBe('ERROR');
    mostBytes = Number.POSITIVE_INFINITY;
    expect((await run({ connections: 1 })).report.failed).toMatchObject([{ path: 'large', code: 'SFTP_FAILURE' }]);
    const { report } = await run({ connections: 1 });
    expect(report).toMatchObject({ state: 'SUCCESS', counts: { bytesResumed: 0 } });
    expect(readFileSync(out('large')).equals(large)).toBe(true);
  });

  test('what arrived of a file that is gone at the source is not kept', async () => {
    await serve({
      files: { '/data/large': scriptedFile(large) },
      intercept: ({ type, id, offset }) =>
        type === packetType.read && offset >= 1_000_000 ? status(id, 2) : undefined,
    });
    expect((await run()).report.failed).toMatchObject([{ path: 'large', code: 'SFTP_NO_SUCH_FILE' }]);
    expect(existsSync(join(folder(), 'staging/parts'))).toBe(false);
  });

  test('what arrived of a file is kept, too, where the next run cannot list the folder it is in', async () => {
    let isBroken = true;
    let isShut = false;
    await serve({
      files: { '/data/deep/large': scriptedFile(large) },
      intercept: ({ type, id, offset }) => {
        if (isShut && type === packetType.openDir) return status(id, 3);
        return isBroken && type === packetType.read && offset >= 1_000_000 ? 'disconnect' : undefined;
      },
    });
    await run({ connections: 1 });
    isBroken = false;
    isShut = true;
    expect((await run()).report.failed).toMatchObject([{ code: 'SFTP_PERMISSION_DENIED' }]);
    isShut = false;
    const { report } = await run();
    expect(report.counts.bytesResumed).toBeGreaterThan(500_000);
    expect(readFileSync(out('deep/large')).equals(large)).toBe(true);
  });

  test('a server that takes one connection only is served with one', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `/data/f${index}`);
    await serve({
      files: Object.fromEntries(names.map((name) => [name, scriptedFile(name)])),
      ssh: { maxConnections: 1 },
    });
    const { report, events } = await run({ connections: 8 });
    expect(report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 50 } });
    expect(events.filter((event) => event.type === 'connections' && event.change === 'limited').length).toBeLessThan(2);
  });

  test('a request that is never answered is given up, and the work goes on elsewhere', async () => {
    await serve({
      files: { '/data/file': scriptedFile('content') },
      intercept: ({ type, connection }) => (type === packetType.read && connection === 0 ? 'hang' : undefined),
    });
    const { report } = await run({ connections: 1 }, { requestTimeoutMs: 200 });
    expect(report.state).toBe('SUCCESS');
  });

  test('a wrong password is an error that says so and never shows it', async () => {
    await serve({ files: {} });
    const { report } = await run({}, { password: 'wrong-secret' });
    expect(report.error).toMatchObject({ code: 'AUTHENTICATION_FAILED', kind: 'unreachable' });
    expect(JSON.stringify(report)).not.toContain('wrong-secret');
    expect(readFileSync(report.files.events, 'utf8')).not.toContain('wrong-secret');
  });
});

describeWith([{ what: '/proc/self/fd', met: existsSync('/proc/self/fd') }], 'a folder of a thousand folders', () => {
  test('holds few of them open at one time', async () => {
    const paths = Array.from({ length: 1000 }, (_, index) => `/data/d${index}/file`);
    await serve({ files: Object.fromEntries(paths.map((path) => [path, scriptedFile('x')])) });
    const before = readdirSync('/proc/self/fd').length;
    let most = 0;
    const { report } = await run(
      { connections: 1 },
      {
        onEvent: (event) => {
          if (event.type === 'entry') most = Math.max(most, readdirSync('/proc/self/fd').length - before);
        },
      },
    );
    expect(report.counts).toMatchObject({ filesTransferred: 1000, directories: 1000, failed: 0 });
    expect(most).toBeLessThan(500);
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before + 5);
  });
});
