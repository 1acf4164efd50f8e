import { EventEmitter } from 'node:events';
import type { ByteChannel } from '../../../provision/pull/sftp/byte-channel';
import { SessionLostError, SftpStatusError } from '../../../provision/pull/sftp/errors';
import { PacketReader } from '../../../provision/pull/sftp/packet-reader';
import { readAhead } from '../../../provision/pull/sftp/read-ahead';
import { ReadBudget } from '../../../provision/pull/sftp/read-budget';
import { SftpSession } from '../../../provision/pull/sftp/session';
import { attrs, packet, status, string, uint32, uint64 } from '../../helpers/sftp-bytes';

interface Request {
  readonly type: number;
  readonly id: number;
  readonly body: Buffer;
}

const servers: FakeServer[] = [];
/** Sessions wait for their replies otherwise, and keep the process. */
afterEach(() => {
  for (const server of servers.splice(0)) server.emit('close');
});

/** The other end of a channel: answers the handshake, then hands every request to `onRequest`. */
class FakeServer extends EventEmitter implements ByteChannel {
  isDestroyed = false;
  onRequest: (request: Request) => void = () => undefined;
  readonly #reader = new PacketReader((type, body) => {
    if (type === 1) this.send(packet(2, uint32(this.version), ...this.extensions.map(string)));
    else this.onRequest({ type, id: body.readUInt32BE(0), body: body.subarray(4) });
  });

  constructor(
    readonly version = 3,
    readonly extensions: readonly string[] = [],
  ) {
    super();
    servers.push(this);
  }

  write(bytes: Buffer): void {
    this.#reader.push(bytes);
  }

  send(bytes: Buffer): void {
    setImmediate(() => this.emit('data', bytes));
  }

  destroy(): void {
    this.isDestroyed = true;
  }
}

const options = { requestTimeoutMs: 60_000, now: () => 0 };

describe('SftpSession', () => {
  test('a chunk that was copied is given back; one that a reply is a view of is not', async () => {
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
    expect(await session.read(handle, 0, content.length)).toEqual(content);
    expect(freed).toEqual(parts);
    expect(await session.read(handle, 0, 1000)).toEqual(content.subarray(0, 1000));
    expect(freed).toHaveLength(2);
  });

  test('takes replies in any order', async () => {
    const server = new FakeServer();
    const session = await SftpSession.start(server, options);
    const waiting: Request[] = [];
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

describe('readAhead', () => {
  const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7 + (index >> 8)) & 0xff));

  /** A server that gives at most `most` bytes a READ and answers each batch of requests backwards. */
  async function serve(file: Buffer, most: number): Promise<SftpSession> {
    const server = new FakeServer();
    const session = await SftpSession.start(server, options);
    let batch: Buffer[] = [];
    server.onRequest = ({ id, body }) => {
      const at = 4 + body.readUInt32BE(0);
      const offset = Number(body.readBigUInt64BE(at));
      const length = Math.min(body.readUInt32BE(at + 8), most);
      const data = file.subarray(offset, offset + length);
      batch.push(data.length === 0 ? status(id, 1) : packet(103, uint32(id), string(data)));
      if (batch.length > 1) return;
      setImmediate(() => {
        for (const reply of batch.reverse()) server.emit('data', reply);
        batch = [];
      });
    };
    return session;
  }

  const budgetOf = (mostBytes: number) =>
    new ReadBudget({ mostBytes, roundTripMs: () => undefined, now: () => performance.now() });

  async function readAll(session: SftpSession, range: { offset: number; sizeBytes: number }): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of readAhead({ session, handle: Buffer.from('h') }, range, { budget: budgetOf(1e9) }))
      chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  }

  test.each([1_000_000, 32_768, 10_000, 999])(
    'gives the bytes in order, replies reversed and at most %d long',
    async (most) => {
      const session = await serve(content, most);
      expect((await readAll(session, { offset: 0, sizeBytes: content.length })).equals(content)).toBe(true);
    },
  );

  test('over several connections the bytes still come in order, and every byte of the budget comes back', async () => {
    const large = Buffer.concat(Array.from({ length: 130 }, () => content));
    const first = await serve(large, 1_000_000);
    const others = [await serve(large, 1_000_000), await serve(large, 20_000)];
    const reads = others.map((session) => jest.spyOn(session, 'read'));
    const budget = budgetOf(large.length + 1);
    const handle = Buffer.from('h');
    const another = () => {
      const session = others.shift();
      return session === undefined ? undefined : Promise.resolve({ session, handle });
    };
    const chunks: Buffer[] = [];
    const range = { offset: 12_345, sizeBytes: large.length };
    for await (const chunk of readAhead({ session: first, handle }, range, { budget, another })) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(large.subarray(12_345))).toBe(true);
    for (const read of reads) expect(read).toHaveBeenCalled();
    expect(budget.askedBytes).toBe(0);
  });

  test('a connection lost in the middle of a file rejects, whichever it is', async () => {
    const large = Buffer.concat(Array.from({ length: 130 }, () => content));
    const helper = await serve(large, 1_000_000);
    const handle = Buffer.from('h');
    const budget = budgetOf(1e9);
    const another = jest.fn(() => Promise.resolve({ session: helper, handle }));
    const read = async () => {
      let isFirst = true;
      const range = { offset: 0, sizeBytes: large.length };
      for await (const _ of readAhead({ session: await serve(large, 1_000_000), handle }, range, { budget, another })) {
        if (!isFirst && !helper.isLost) helper.fail('cut');
        isFirst = false;
      }
    };
    await expect(read()).rejects.toBeInstanceOf(SessionLostError);
    expect(budget.askedBytes).toBe(0);
  });

  test('goes on at an offset', async () => {
    const session = await serve(content, 32_768);
    const rest = await readAll(session, { offset: 70_001, sizeBytes: content.length });
    expect(rest.equals(content.subarray(70_001))).toBe(true);
  });

  test('shows growth as one byte too many, shrinking as too few', async () => {
    expect(await readAll(await serve(content, 32_768), { offset: 0, sizeBytes: 65_536 })).toHaveLength(65_537);
    expect(await readAll(await serve(content, 32_768), { offset: 0, sizeBytes: 200_000 })).toHaveLength(100_000);
    expect(await readAll(await serve(Buffer.alloc(0), 32_768), { offset: 0, sizeBytes: 0 })).toHaveLength(0);
    expect(await readAll(await serve(content, 32_768), { offset: 0, sizeBytes: 0 })).toHaveLength(1);
  });
});

test.each([2, 3, 4, 5, 6, 7, 8, 99])('a refusal with status %d says what to do', (code) => {
  expect(new SftpStatusError('open /a', code, '').hint).toMatch(/^\p{Lu}.*\.$/u);
});
