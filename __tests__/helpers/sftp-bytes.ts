/** Builds SFTP version 3 packets as a server would, for tests of the client's codec and for the scripted server. */
import type { Attrs } from '../../provision/pull/sftp/wire';

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

export function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

export function string(value: Buffer | string): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

export function packet(type: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from([type]), ...parts]);
  return Buffer.concat([uint32(body.length), body]);
}

export function attrs(value: Partial<Attrs>, extended: readonly (readonly [string, string])[] = []): Buffer {
  const { sizeBytes, uid, gid, mode, mtimeSeconds } = value;
  const flags =
    (sizeBytes === undefined ? 0 : 1) |
    (uid === undefined ? 0 : 2) |
    (mode === undefined ? 0 : 4) |
    (mtimeSeconds === undefined ? 0 : 8) |
    (extended.length === 0 ? 0 : 0x80000000);
  return Buffer.concat([
    uint32(flags),
    ...(sizeBytes === undefined ? [] : [uint64(sizeBytes)]),
    ...(uid === undefined ? [] : [uint32(uid), uint32(gid ?? 0)]),
    ...(mode === undefined ? [] : [uint32(mode)]),
    ...(mtimeSeconds === undefined ? [] : [uint32(mtimeSeconds), uint32(mtimeSeconds)]),
    ...(extended.length === 0 ? [] : [uint32(extended.length)]),
    ...extended.flatMap(([name, data]) => [string(name), string(data)]),
  ]);
}

export function status(id: number, code: number, text = ''): Buffer {
  return packet(101, uint32(id), uint32(code), string(text), string('en'));
}
