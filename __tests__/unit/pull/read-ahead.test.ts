/** A file read over one or several connections: its bytes in order, and one more where it grew. */
import { SessionLostError } from '../../../provision/pull/sftp/errors';
import { readAhead } from '../../../provision/pull/sftp/read-ahead';
import { ReadBudget } from '../../../provision/pull/sftp/read-budget';
import { SftpSession } from '../../../provision/pull/sftp/session';
import { FakeServer } from '../../helpers/fake-sftp-server';
import { packet, status, string, uint32 } from '../../helpers/sftp-bytes';

const options = { requestTimeoutMs: 60_000, now: () => 0 };

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

  test('a chunk is freed when the next one is asked for', async () => {
    const session = await serve(content, 32_768);
    const range = { offset: 0, sizeBytes: content.length };
    const lengths: number[] = [];
    let before: Buffer | undefined;
    for await (const chunk of readAhead({ session, handle: Buffer.from('h') }, range, { budget: budgetOf(1e9) })) {
      expect(chunk.length).toBeGreaterThan(0);
      if (before !== undefined) lengths.push(before.length);
      before = chunk;
    }
    expect(lengths).toEqual([0, 0, 0]);
  });

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
    for await (const chunk of readAhead({ session: first, handle }, range, { budget, another }))
      chunks.push(Buffer.from(chunk));
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
