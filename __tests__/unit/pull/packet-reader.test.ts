import fc from 'fast-check';
import { maxPacketBytes, PacketReader } from '../../../provision/pull/sftp/packet-reader';
import { packet, uint32 } from '../../helpers/sftp-bytes';

interface Received {
  readonly type: number;
  readonly body: string;
}

function receive(chunks: readonly Buffer[]): Received[] {
  const received: Received[] = [];
  const reader = new PacketReader((type, body) => received.push({ type, body: body.toString('hex') }));
  for (const chunk of chunks) reader.push(chunk);
  return received;
}

/** Cuts bytes at the given places, wherever they fall. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length));
}

describe('PacketReader', () => {
  test('gives the same packets however the stream is cut', () => {
    const packets = fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 300 })), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(packets, fc.array(fc.nat(), { maxLength: 60 }), (sent, places) => {
        const stream = Buffer.concat(sent.map(([type, body]) => packet(type, Buffer.from(body))));
        const expected = sent.map(([type, body]) => ({ type, body: Buffer.from(body).toString('hex') }));
        expect(receive(cut(stream, places))).toEqual(expected);
      }),
    );
  });

  test('nobody holds anything of a chunk that was taken', () => {
    const packets = fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 300 })), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(packets, fc.array(fc.nat(), { maxLength: 60 }), (sent, places) => {
        const held: Buffer[] = [];
        const reader = new PacketReader((_type, body) => held.push(body));
        const stream = Buffer.concat(sent.map(([type, body]) => packet(type, Buffer.from(body))));
        for (const chunk of cut(stream, places).map((part) => Buffer.from(part))) {
          reader.push(chunk);
          chunk.fill(0xee);
        }
        expect(held.map((body) => body.toString('hex'))).toEqual(
          sent.map(([, body]) => Buffer.from(body).toString('hex')),
        );
      }),
    );
  });

  test.each([0, maxPacketBytes + 1, 0xffffffff])('refuses a packet that says it has %d bytes', (length) => {
    expect(() => receive([uint32(length)])).toThrow(/the server sent a packet of \d+ bytes/);
  });

  test('allocates nothing for a greeting that is not SFTP', () => {
    expect(() => receive([Buffer.from('Welcome to the vendor\n')])).toThrow(/SFTP packets here have 1 to/);
  });
});
