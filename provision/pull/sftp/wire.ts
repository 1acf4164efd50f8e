/**
 * SFTP version 3 on the wire (draft-ietf-secsh-filexfer-02): packet types, requests as bytes, replies as values.
 * Names stay bytes here: the protocol says nothing of their encoding, and a lossy decode would corrupt them.
 */

/** Packet types, section 3. */
export const packetType = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  lstat: 7,
  openDir: 11,
  readDir: 12,
  remove: 13,
  makeDirectory: 14,
  realPath: 16,
  stat: 17,
  rename: 18,
  readLink: 19,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
  extended: 200,
  extendedReply: 201,
} as const;

/** Section 6.3: open for reading. */
const openForReading = 0x00000001;

/** Section 5: which fields an ATTRS structure holds. */
const attrFlag = { size: 0x1, owner: 0x2, permissions: 0x4, times: 0x8, extended: 0x80000000 } as const;

/** Attributes as the server sent them; a field it left out is undefined, and so is a size that no file has (-1, where a server does not know it). */
export interface Attrs {
  readonly sizeBytes: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** The whole st_mode: file type and permission bits. */
  readonly mode: number | undefined;
  readonly mtimeSeconds: number | undefined;
  /** As in st_mode: the file type that only the listing's line for people tells. */
  readonly listedType?: number;
}

export interface NameEntry {
  readonly filename: Buffer;
  readonly attrs: Attrs;
}

/** `limits@openssh.com` (OpenSSH PROTOCOL, section 4.8); 0 means the server states no limit, and so does Infinity. */
export interface ServerLimits {
  readonly maxReadBytes: number;
  readonly maxOpenHandles: number;
}

/** A packet that breaks the protocol; the session cannot go on after it. */
export class MalformedPacketError extends Error {}

/** Reads the fields of one packet, never past its end. */
export class ByteReader {
  #offset = 0;

  constructor(private readonly bytes: Buffer) {}

  get remaining(): number {
    return this.bytes.length - this.#offset;
  }

  uint32(): number {
    return this.bytes.readUInt32BE(this.#advance(4));
  }

  /** A size or offset; Infinity beyond 2^53, where no number of this program is exact. */
  uint64(): number {
    const at = this.#advance(8);
    const value = this.bytes.readUInt32BE(at) * 0x1_0000_0000 + this.bytes.readUInt32BE(at + 4);
    return Number.isSafeInteger(value) ? value : Number.POSITIVE_INFINITY;
  }

  /** A view of the packet, not a copy. */
  string(): Buffer {
    const length = this.uint32();
    const at = this.#advance(length);
    return this.bytes.subarray(at, at + length);
  }

  #advance(length: number): number {
    const at = this.#offset;
    if (length > this.remaining) {
      throw new MalformedPacketError(
        `a field of ${length} bytes does not fit the ${this.remaining} left in its packet`,
      );
    }
    this.#offset = at + length;
    return at;
  }
}

export function readAttrs(reader: ByteReader): Attrs {
  const flags = reader.uint32();
  const size = flags & attrFlag.size ? reader.uint64() : Number.POSITIVE_INFINITY;
  const sizeBytes = Number.isFinite(size) ? size : undefined;
  const uid = flags & attrFlag.owner ? reader.uint32() : undefined;
  const gid = flags & attrFlag.owner ? reader.uint32() : undefined;
  const mode = flags & attrFlag.permissions ? reader.uint32() : undefined;
  if (flags & attrFlag.times) reader.uint32();
  const mtimeSeconds = flags & attrFlag.times ? reader.uint32() : undefined;
  if (flags & attrFlag.extended) {
    for (let count = reader.uint32(); count > 0; count -= 1) {
      reader.string();
      reader.string();
    }
  }
  return { sizeBytes, uid, gid, mode, mtimeSeconds };
}

/** The body of a NAME reply, after its id. `longname` is for people, and looked at where the attributes do not tell the file type. */
export function readNames(reader: ByteReader): NameEntry[] {
  const entries: NameEntry[] = [];
  for (let count = reader.uint32(); count > 0; count -= 1) {
    const filename = reader.string();
    const longname = reader.string();
    const attrs = readAttrs(reader);
    const listedType = fileTypeOf(attrs) === 0 ? listedTypeOf(longname) : undefined;
    entries.push({ filename, attrs: listedType === undefined ? attrs : { ...attrs, listedType } });
  }
  return entries;
}

/** File types in st_mode (inode(7)), by the letter in a line of `ls -l`, which the draft (section 7) has `longname` look like. */
export const fileTypes = {
  '-': 0o100000,
  d: 0o040000,
  l: 0o120000,
  p: 0o010000,
  c: 0o020000,
  b: 0o060000,
  s: 0o140000,
} as const;

const typeMask = 0o170000;
const permissionsInLine = /^[-dlpcbs](?:[-r][-w][-xsStT]){3}/;

/** 0 where the server does not tell it. */
export function fileTypeOf({ mode = 0, listedType = 0 }: Pick<Attrs, 'mode' | 'listedType'>): number {
  return mode & typeMask || listedType;
}

function listedTypeOf(longname: Buffer): number | undefined {
  const line = longname.toString('latin1');
  return permissionsInLine.test(line) ? fileTypes[line.charAt(0) as keyof typeof fileTypes] : undefined;
}

/** The body of a VERSION reply: the version and the extensions on offer. */
export function readVersion(reader: ByteReader): { readonly version: number; readonly extensions: readonly string[] } {
  const version = reader.uint32();
  const extensions: string[] = [];
  while (reader.remaining > 0) {
    extensions.push(reader.string().toString('latin1'));
    reader.string();
  }
  return { version, extensions };
}

export function readLimits(reader: ByteReader): ServerLimits {
  reader.uint64();
  const maxReadBytes = reader.uint64();
  reader.uint64();
  return { maxReadBytes, maxOpenHandles: reader.uint64() };
}

export function initPacket(): Buffer {
  const packet = Buffer.alloc(9);
  packet.writeUInt32BE(5, 0);
  packet.writeUInt8(packetType.init, 4);
  packet.writeUInt32BE(3, 5);
  return packet;
}

/** OPENDIR, READDIR, CLOSE, STAT, LSTAT, READLINK, REALPATH, REMOVE: an id and one string. */
export function stringRequest(type: number, id: number, value: Buffer): Buffer {
  const packet = Buffer.allocUnsafe(13 + value.length);
  writeHead(packet, type, id);
  writeString(packet, value, 9);
  return packet;
}

/** No attributes: the server's own choice. */
export function makeDirectoryRequest(id: number, path: Buffer): Buffer {
  const packet = Buffer.allocUnsafe(17 + path.length);
  writeHead(packet, packetType.makeDirectory, id);
  packet.writeUInt32BE(0, writeString(packet, path, 9));
  return packet;
}

export function renameRequest(id: number, from: Buffer, to: Buffer): Buffer {
  const packet = Buffer.allocUnsafe(17 + from.length + to.length);
  writeHead(packet, packetType.rename, id);
  writeString(packet, to, writeString(packet, from, 9));
  return packet;
}

export function openRequest(id: number, path: Buffer): Buffer {
  const packet = Buffer.allocUnsafe(21 + path.length);
  writeHead(packet, packetType.open, id);
  const at = writeString(packet, path, 9);
  packet.writeUInt32BE(openForReading, at);
  packet.writeUInt32BE(0, at + 4);
  return packet;
}

export function readRequest(id: number, handle: Buffer, range: { offset: number; length: number }): Buffer {
  const packet = Buffer.allocUnsafe(25 + handle.length);
  writeHead(packet, packetType.read, id);
  const at = writeString(packet, handle, 9);
  packet.writeUInt32BE(Math.floor(range.offset / 0x1_0000_0000), at);
  packet.writeUInt32BE(range.offset % 0x1_0000_0000, at + 4);
  packet.writeUInt32BE(range.length, at + 8);
  return packet;
}

function writeHead(packet: Buffer, type: number, id: number): void {
  packet.writeUInt32BE(packet.length - 4, 0);
  packet.writeUInt8(type, 4);
  packet.writeUInt32BE(id, 5);
}

function writeString(packet: Buffer, value: Buffer, at: number): number {
  packet.writeUInt32BE(value.length, at);
  value.copy(packet, at + 4);
  return at + 4 + value.length;
}
