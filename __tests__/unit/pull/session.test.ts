import { SessionLostError, SftpStatusError } from '../../../provision/pull/sftp/errors';
import { SftpSession } from '../../../provision/pull/sftp/session';
import { FakeServer, type SftpRequest } from '../../helpers/fake-sftp-server';
import { attrs, packet, status, string, uint32, uint64 } from '../../helpers/sftp-bytes';

const options = { requestTimeoutMs: 60_000, now: () => 0 };

describe('SftpSession', () => {
  test('each chunk is given back: replies hold nothing of it', async () => {
    const server = new FakeServer();
    const freed: Buffer[] = [];
    const session = await SftpSession.start(server, { ...options, free: (chunk) => freed.push(chunk) });
    const content = Buffer.alloc(100_000, 'x');
    let parts: Buffer[] = [];
    server.onRequest = ({ id, body }) => {
      const reply = packet(103, uint32(id), string(content.subarray(0, body.readUInt32BE(body.length - 4))));
      parts = [reply.subarray(0, 40_000), reply.subarray(40_000)].filter(({ length }) => length > 0);
      for (const part of parts) server.send(part);
    };
    const handle = Buffer.from('h');
    for (const length of [content.length, 1000]) {
      freed.length = 0;
      const data = await session.read(handle, 0, length);
      expect(freed).toEqual(parts);
      for (const chunk of freed) chunk.fill(0);
      expect(data).toEqual(content.subarray(0, length));
    }
  });

  test('takes replies in any order', async () => {
    const server = new FakeServer();
    const session = await SftpSession.start(server, options);
    const waiting: SftpRequest[] = [];
    server.onRequest = (request) => {
      waiting.push(request);
      if (waiting.length < 3) return;
      for (const { id, body } of waiting.reverse()) {
        const sizeBytes = Number(body.subarray(4).toString());
        server.send(packet(105, uint32(id), attrs({ sizeBytes })));
      }
    };
    const results = await Promise.all(['1', '2', '3'].map((path) => session.lstat(path)));
    expect(results.map(({ sizeBytes }) => sizeBytes)).toEqual([1, 2, 3]);
  });

  test('requests of one turn leave as one write', async () => {
    const server = new FakeServer();
    const session = await SftpSession.start(server, options);
    const write = jest.spyOn(server, 'write');
    server.onRequest = ({ id }) => server.send(packet(105, uint32(id), attrs({})));
    await Promise.all([session.lstat('a'), session.lstat('b'), session.lstat('c')]);
    expect(write).toHaveBeenCalledTimes(1);
  });

  test('asks for limits where they are offered, and keeps to them', async () => {
    const server = new FakeServer(3, ['limits@openssh.com', '1']);
    server.onRequest = ({ id }) =>
      server.send(packet(201, uint32(id), uint64(34_000), uint64(10_000), uint64(0), uint64(10)));
    const session = await SftpSession.start(server, options);
    await new Promise<void>((resolve) => session.onMeasured(resolve));
    await new Promise(setImmediate);
    expect(session.readBytes).toBe(10_000);
    expect(session.openHandles).toBe(8);
  });

  test('a server that says it has no limits, in the largest number there is, is taken at its word', async () => {
    const server = new FakeServer(3, ['limits@openssh.com', '1']);
    const none = Buffer.from('f'.repeat(64), 'hex');
    server.onRequest = ({ id }) => server.send(packet(201, uint32(id), none));
    const session = await SftpSession.start(server, options);
    await new Promise<void>((resolve) => session.onMeasured(resolve));
    await new Promise(setImmediate);
    expect(session.readBytes).toBe(255 * 1024);
    expect(session.openHandles).toBeGreaterThan(64);
  });

  test('the round trip is that of a request which nothing was sent before', async () => {
    let now = 0;
    const server = new FakeServer();
    const session = await SftpSession.start(server, { requestTimeoutMs: 60_000, now: () => now });
    const measured = jest.fn();
    session.onMeasured(measured);
    server.onRequest = ({ id, body }) => {
      now += Number(body.subarray(4).toString());
      server.send(packet(105, uint32(id), attrs({})));
    };
    expect(session.roundTripMs).toBeUndefined();
    await session.stat('120');
    expect(session.roundTripMs).toBe(120);
    // The second of them waits for the first.
    await Promise.all([session.stat('100'), session.stat('1')]);
    expect(session.roundTripMs).toBe(101);
    await session.stat('200');
    expect(session.roundTripMs).toBe(101);
    expect(measured).toHaveBeenCalledTimes(1);
  });

  test('a first answer that is slow is not taken for the round trip where one behind it was quicker', async () => {
    let now = 0;
    const server = new FakeServer();
    const session = await SftpSession.start(server, { requestTimeoutMs: 60_000, now: () => now });
    const ids: number[] = [];
    server.onRequest = ({ id }) => ids.push(id);
    const first = session.stat('first');
    await new Promise(setImmediate);
    now = 50;
    const second = session.stat('second');
    await new Promise(setImmediate);
    now = 130;
    for (const id of ids) server.send(packet(105, uint32(id), attrs({})));
    await Promise.all([first, second]);
    expect(session.roundTripMs).toBe(80);
  });

  test('INIT is not sent again where it is on its way', async () => {
    const server = new FakeServer();
    const write = jest.spyOn(server, 'write');
    const starting = SftpSession.start(server, { ...options, isInitSent: true });
    server.send(packet(2, uint32(3)));
    await starting;
    expect(write).not.toHaveBeenCalled();
  });

  test('says which version a server speaks where it is another', async () => {
    await expect(SftpSession.start(new FakeServer(6), options)).rejects.toThrow(/version 6; version 3 is needed/);
  });

  test('a refusal is a typed error with the path and the server text; the session goes on', async () => {
    const server = new FakeServer();
    const session = await SftpSession.start(server, options);
    server.onRequest = ({ id }) => server.send(status(id, 3, 'not for you'));
    const error = await session.openFile('/secret').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(SftpStatusError);
    expect(error).toMatchObject({
      code: 'SFTP_PERMISSION_DENIED',
      retryable: false,
      message: 'open /secret: permission denied (not for you)',
    });
    expect(session.isLost).toBe(false);
  });

  test.each([
    ['a closed channel', (server: FakeServer) => server.emit('close'), /closed the SFTP channel/],
    ['an error', (server: FakeServer) => server.emit('error', new Error('reset')), /failed: reset/],
    ['a reply to no request', (server: FakeServer) => server.emit('data', status(999, 0)), /reply to no request/],
    ['garbage', (server: FakeServer) => server.emit('data', Buffer.from('Hello')), /broke the SFTP protocol/],
  ])('%s rejects everything pending, and every later request', async (_what, happen, message) => {
    const server = new FakeServer();
    const session = await SftpSession.start(server, options);
    const lost = jest.fn();
    session.onLost(lost);
    const pending = [session.stat('a'), session.stat('b')];
    setImmediate(() => happen(server));
    for (const request of pending) await expect(request).rejects.toThrow(message);
    await expect(session.stat('c')).rejects.toBeInstanceOf(SessionLostError);
    expect(lost).toHaveBeenCalledTimes(1);
    expect(server.isDestroyed).toBe(true);
  });

  test('a request that becomes the oldest and is not answered in time ends the session', async () => {
    let now = 0;
    const server = new FakeServer();
    const session = await SftpSession.start(server, { requestTimeoutMs: 20, now: () => now });
    server.onRequest = ({ id, body }) => {
      if (body.subarray(4).toString() === 'quick') server.send(packet(105, uint32(id), attrs({})));
    };
    const hanging = session.stat('hanging');
    hanging.catch(() => undefined);
    now = 15;
    await session.stat('quick');
    now = 25;
    await expect(hanging).rejects.toThrow('the server did not answer "stat hanging" within 0.02 s');
  });
});

test.each([2, 3, 4, 5, 6, 7, 8, 99])('a refusal with status %d says what to do', (code) => {
  expect(new SftpStatusError('open /a', code, '').hint).toMatch(/^\p{Lu}.*\.$/u);
});
