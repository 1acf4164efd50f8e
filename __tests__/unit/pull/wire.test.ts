import fc from 'fast-check';
import { utils } from 'ssh2';
import {
  ByteReader,
  MalformedPacketError,
  openRequest,
  readAttrs,
  readLimits,
  readNames,
  readRequest,
  readVersion,
  stringRequest,
} from '../../../provision/pull/sftp/wire';
import { attrs, string, uint32, uint64 } from '../../helpers/sftp-bytes';

const uint32s = fc.integer({ min: 0, max: 0xffffffff });
const sizes = fc.maxSafeNat();

describe('ATTRS', () => {
  const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const fields = fc.record({
    sizeBytes: optional(sizes),
    owner: optional(fc.tuple(uint32s, uint32s)),
    mode: optional(uint32s),
    mtimeSeconds: optional(uint32s),
  });
  const extended = fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 3 });

  test('are read with any fields present, and leave what follows where it is', () => {
    fc.assert(
      fc.property(fields, extended, ({ owner, ...rest }, more) => {
        const value = { ...rest, uid: owner?.[0], gid: owner?.[1] };
        const reader = new ByteReader(Buffer.concat([attrs(value, more), string('next')]));
        expect(readAttrs(reader)).toEqual(value);
        expect(reader.string().toString()).toBe('next');
      }),
    );
  });

  test('cut short anywhere are malformed, never read past their end', () => {
    const whole = attrs({ sizeBytes: 5, uid: 1, gid: 2, mode: 0o100644, mtimeSeconds: 7 }, [['a', 'b']]);
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => readAttrs(new ByteReader(whole.subarray(0, length)))).toThrow(MalformedPacketError);
    }
  });
});

describe('64-bit values', () => {
  test('are exact up to 2^53 - 1', () => {
    fc.assert(fc.property(sizes, (value) => new ByteReader(uint64(value)).uint64() === value));
  });

  test.each(['0020000000000000', 'ffffffffffffffff'])('beyond that are not rounded: %s', (hex) => {
    const bytes = Buffer.from(hex, 'hex');
    expect(new ByteReader(bytes).uint64()).toBe(Number.POSITIVE_INFINITY);
    expect(readAttrs(new ByteReader(Buffer.concat([uint32(1), bytes])))).toMatchObject({ sizeBytes: undefined });
  });
});

test('names of a listing stay bytes', () => {
  const names = [Buffer.from('plain'), Buffer.from([0xff, 0xfe, 0x2f]), Buffer.from('größe')];
  const body = Buffer.concat([
    uint32(3),
    ...names.flatMap((name) => [string(name), string('long'), attrs({ mode: 1 })]),
  ]);
  expect(readNames(new ByteReader(body)).map((entry) => entry.filename)).toEqual(names);
});

test('a listing that promises more names than it holds is malformed', () => {
  expect(() => readNames(new ByteReader(uint32(0xffffffff)))).toThrow(MalformedPacketError);
});

test('VERSION tells the extensions', () => {
  const body = Buffer.concat([uint32(3), string('limits@openssh.com'), string('1'), string('x'), string('')]);
  expect(readVersion(new ByteReader(body))).toEqual({ version: 3, extensions: ['limits@openssh.com', 'x'] });
});

test('limits are read from their places', () => {
  const body = Buffer.concat([uint64(1), uint64(2), uint64(3), uint64(4)]);
  expect(readLimits(new ByteReader(body))).toEqual({ maxReadBytes: 2, maxOpenHandles: 4 });
});

describe('requests', () => {
  const head = (request: Buffer, type: number, id: number) => {
    const reader = new ByteReader(request);
    expect(reader.uint32()).toBe(request.length - 4);
    expect(request[4]).toBe(type);
    expect(request.readUInt32BE(5)).toBe(id);
    return new ByteReader(request.subarray(9));
  };

  test('hold what they were given', () => {
    fc.assert(
      fc.property(uint32s, fc.uint8Array({ maxLength: 300 }), sizes, uint32s, (id, bytes, offset, length) => {
        const value = Buffer.from(bytes);
        expect(head(stringRequest(17, id, value), 17, id).string()).toEqual(value);

        const open = head(openRequest(id, value), 3, id);
        expect(open.string()).toEqual(value);
        expect(open.uint32()).toBe(utils.sftp.OPEN_MODE.READ);
        expect(open.uint32()).toBe(0);
        expect(open.remaining).toBe(0);

        const read = head(readRequest(id, value, { offset, length }), 5, id);
        expect(read.string()).toEqual(value);
        expect(read.uint64()).toBe(offset);
        expect(read.uint32()).toBe(length);
        expect(read.remaining).toBe(0);
      }),
    );
  });
});
