/** The TCP connection beneath SSH: what is written in one turn travels in one piece, in order; packets are handed on whole. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { openSocket } from '../../../provision/pull/sftp/socket';
import { uint32 } from '../../helpers/sftp-bytes';

test('writes of one turn go to the kernel in one call, of the next turn in another', async () => {
  const received: Buffer[] = [];
  const ended = new Promise<void>((resolve) => {
    const server = createServer((peer: Socket) => {
      peer.on('data', (chunk) => received.push(chunk));
      peer.on('end', () => {
        peer.end();
        server.close();
        resolve();
      });
    }).listen(0, '127.0.0.1', () => connected(server.address() as AddressInfo));
  });
  const connected = ({ port }: AddressInfo) => {
    const { socket } = openSocket({ host: '127.0.0.1', port });
    const internals = socket as unknown as Record<'_write' | '_writev', (...args: unknown[]) => unknown>;
    const together = jest.spyOn(internals, '_writev');
    const alone = jest.spyOn(internals, '_write');
    socket.once('connect', () => {
      for (const piece of ['length', 'body', 'tag']) socket.write(Buffer.from(`${piece} `));
      setImmediate(() => {
        expect([together.mock.calls.length, alone.mock.calls.length]).toEqual([1, 0]);
        socket.write(Buffer.from('next'));
        socket.end();
      });
    });
  };
  await ended;
  expect(Buffer.concat(received).toString()).toBe('length body tag next');
});

test('what comes before anybody listens waits', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { socket } = openSocket({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  const ended = once(socket, 'end');
  const [peer] = (await once(server, 'connection')) as [Socket];
  await new Promise<void>((resolve) => peer.end('greeting\n', resolve));
  // Were it read already, these turns of the event loop would be enough for it.
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.resume();
  await ended;
  socket.destroy();
  server.close();
  expect(Buffer.concat(chunks).toString()).toBe('greeting\n');
});

/** Sends one part after the other, each when the last one was read. What the listener got, chunk by chunk. */
async function handedOn(parts: readonly Buffer[], isAtPacket?: () => boolean): Promise<Buffer[]> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { socket, reuse } = openSocket({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  const [peer] = (await once(server, 'connection')) as [Socket];
  if (isAtPacket !== undefined) reuse(isAtPacket);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(Buffer.from(chunk)));
  socket.resume();
  let sentBytes = 0;
  for (const part of parts) {
    peer.write(part);
    sentBytes += part.length;
    while (socket.bytesRead < sentBytes) await new Promise((resolve) => setImmediate(resolve));
  }
  peer.end();
  await once(socket, 'end');
  socket.destroy();
  server.close();
  return chunks;
}

describe('before the handshake', () => {
  const server = 'SSH-2.0-server\r\n';

  test.each([
    ['in one piece', [`welcome\r\n${server}\0\x01`], []],
    ['in two', ['welcome\r\nSSH-2', '.0-server\r\n\0\x01'], []],
    ['in many', ['wel'], ['come\r', '\nSSH-2', '.0', '-server\r', '\n\0\x01']],
    ['line by line', ['welcome\r\n'], ['to the server\r\n', server]],
    ['with a name in it that looks like one', ['-SSH-\r\n'], ['SSH-2.0-x', '\n']],
  ])(
    'a greeting %s: what follows the first piece comes in one, and later ones as they come',
    async (_how, first, rest) => {
      const later = ['x\n', 'y'];
      const chunks = await handedOn([...first, ...rest, ...later].map((part) => Buffer.from(part)));
      const joined = rest.length === 0 ? [] : [rest.join('')];
      expect(chunks.map(String)).toEqual([...first, ...joined, ...later]);
    },
  );

  test('what goes on without an identification is handed on', async () => {
    const [hello, noise] = [Buffer.from('hello'), Buffer.alloc(64 * 1024, 'x')];
    const chunks = await handedOn([hello, noise]);
    expect([chunks[0], Buffer.concat(chunks)]).toEqual([hello, Buffer.concat([hello, noise])]);
  });
});

describe('once chunks are good until the listener returns', () => {
  /** A packet of AES-GCM: its length in clear, so many bytes, a tag. */
  const gcmPacket = (bodyBytes: number, fill: number) =>
    Buffer.concat([uint32(bodyBytes), Buffer.alloc(bodyBytes + 16, fill)]);

  test('packets are handed on whole, in order, wherever the network cut them', async () => {
    const bodies = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(bodies, fc.array(fc.nat(), { maxLength: 12 }), async (sizes, places) => {
        const packets = sizes.map((size, index) => gcmPacket(size, index + 1));
        const stream = Buffer.concat(packets);
        const at = [...new Set(places.map((place) => place % stream.length))].sort((a, b) => a - b);
        const parts = [0, ...at].map((start, index) => stream.subarray(start, at[index] ?? stream.length));
        const chunks = await handedOn(parts, () => true);
        const ends = new Set(packets.map((_, index) => Buffer.concat(packets.slice(0, index + 1)).length));
        let reached = 0;
        for (const { length } of chunks) {
          reached += length;
          expect(ends).toContain(reached);
        }
        expect(Buffer.concat(chunks).equals(stream)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test('as many packets as the block holds several times over', async () => {
    const packets = Array.from({ length: 40 }, (_, index) => gcmPacket(32 * 1024 + 16, index));
    const chunks = await handedOn([Buffer.concat(packets)], () => true);
    expect(Buffer.concat(chunks).equals(Buffer.concat(packets))).toBe(true);
  });

  test.each([
    ['within a packet, and where lengths are not in clear', [Buffer.from('any'), Buffer.from('thing')], () => false],
    ['a packet that is longer than any', [Buffer.concat([uint32(0xffffffff), Buffer.alloc(50)])], () => true],
  ])('%s: as it comes', async (_what, parts, isAtPacket) => {
    expect(await handedOn(parts, isAtPacket)).toEqual(parts);
  });
});
