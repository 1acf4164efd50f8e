/** What a thread that writes files is told and does. */
import type { createHash } from 'node:crypto';
import type * as FileSystem from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import type { Mac } from './mac';

export type Order =
  | { readonly kind: 'learn'; readonly block: number; readonly memory: Uint8Array }
  /** A large file: the first `sizeBytes` are there already, and are part of its digest and tag. */
  | ({ readonly kind: 'begin' } & FileToWrite)
  | {
      readonly kind: 'write';
      readonly id: number;
      readonly block: number;
      readonly length: number;
      readonly position: number;
    }
  /** Digest and tag of what was written. */
  | { readonly kind: 'finish'; readonly id: number }
  /** Reads back up to `sizeBytes` what is written, from where the order before it ended. */
  | ({ readonly kind: 'read-back' } & FileToReadBack)
  /** Tag of what was read back. */
  | { readonly kind: 'finish-read-back'; readonly id: number }
  | { readonly kind: 'end'; readonly id: number }
  /** Small files, whole. */
  | { readonly kind: 'make'; readonly block: number; readonly files: readonly FileToMake[] }
  | { readonly kind: 'rename'; readonly files: readonly FileToRename[] };

export interface FileToWrite {
  readonly id: number;
  readonly fd: number;
  readonly sizeBytes: number;
  readonly hash: boolean;
  /** Of its tag, where it is to be read back (`mac.ts`). */
  readonly key: Uint8Array | undefined;
}

export interface FileToReadBack {
  readonly id: number;
  readonly fd: number;
  readonly sizeBytes: number;
  readonly key: Uint8Array;
}

export interface FileToMake {
  readonly path: string;
  /** Where its bytes are in the block. */
  readonly offset: number;
  readonly length: number;
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly mtimeSeconds: number | undefined;
  readonly hash: boolean;
  readonly sync: boolean;
  /** Reads back what was written, and compares. */
  readonly verify: boolean;
}

export interface FileToRename {
  readonly from: string;
  readonly to: string;
}

export interface Answer {
  /** SHA-256; '' where hashing was not wanted. */
  readonly sha256?: string;
  /** Of the file's MAC; '' where it is not to be read back. */
  readonly tag?: string;
  readonly results?: readonly FileResult[];
  /** What a file waited for storage lately; where it is known anew. */
  readonly waitMs?: number;
  readonly error?: FileError;
}

export interface FileResult {
  /** SHA-256; '' where hashing was not wanted. */
  readonly sha256?: string;
  readonly isAsWritten?: boolean;
  readonly error?: FileError;
}

interface FileError {
  readonly message: string;
  readonly code?: string | undefined;
  readonly syscall?: string | undefined;
}

interface Modules {
  readonly port: MessagePort;
  readonly fs: typeof FileSystem;
  readonly createHash: typeof createHash;
  readonly newMac: (key: Uint8Array) => Mac;
  readonly now: () => number;
}

/** Answers each order in turn. Its source text is what the thread runs: it refers to nothing around it. */
export function threadProgram({ port, fs, createHash, newMac, now }: Modules): void {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = fs.constants;
  const blocks = new Map<number, Uint8Array>();
  interface Sums {
    readonly hash?: ReturnType<typeof createHash> | undefined;
    readonly mac?: Mac | undefined;
  }
  const files = new Map<number, Sums & { readonly fd: number; isBroken: boolean }>();
  const scratch = Buffer.allocUnsafeSlow(1024 * 1024);
  const readBack = new Map<number, { readonly mac: Mac; readBytes: number }>();
  const add = ({ hash, mac }: Sums, bytes: Uint8Array) => {
    hash?.update(bytes);
    mac?.update(bytes);
  };
  /** Returns where it ended: sooner where the file does. */
  const addFile = (sums: Sums, fd: number, from: number, end: number) => {
    for (let offset = from; ; ) {
      const count = offset < end ? fs.readSync(fd, scratch, 0, Math.min(scratch.length, end - offset), offset) : 0;
      if (count === 0) return offset;
      add(sums, scratch.subarray(0, count));
      offset += count;
    }
  };
  const write = (fd: number, bytes: Uint8Array, position: number) => {
    for (let done = 0; done < bytes.length; ) {
      done += fs.writeSync(fd, bytes, done, bytes.length - done, position + done);
    }
  };
  const isOnDisk = (fd: number, bytes: Uint8Array) => {
    for (let offset = 0; offset < bytes.length; ) {
      const count = fs.readSync(fd, scratch, 0, Math.min(scratch.length, bytes.length - offset), offset);
      if (count === 0 || scratch.compare(bytes, offset, offset + count, 0, count) !== 0) return false;
      offset += count;
    }
    return true;
  };
  const described = (error: unknown): FileError => {
    const { message, code, syscall } = error as NodeJS.ErrnoException;
    return { message, code, syscall };
  };
  const make = (memory: Uint8Array, file: FileToMake): FileResult => {
    const bytes = memory.subarray(file.offset, file.offset + file.length);
    let fd: number | undefined;
    try {
      fd = fs.openSync(file.path, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW, 0o600);
      write(fd, bytes, 0);
      // In an order in which one does not undo another; -1 leaves an owner as it is (chown(2)).
      if (file.uid !== undefined || file.gid !== undefined) fs.fchownSync(fd, file.uid ?? -1, file.gid ?? -1);
      if (file.mode !== undefined) fs.fchmodSync(fd, file.mode);
      if (file.mtimeSeconds !== undefined) fs.futimesSync(fd, file.mtimeSeconds, file.mtimeSeconds);
      if (file.sync) fs.fsyncSync(fd);
      return {
        sha256: file.hash ? createHash('sha256').update(bytes).digest('hex') : '',
        isAsWritten: !file.verify || isOnDisk(fd, bytes),
      };
    } catch (error) {
      return { error: described(error) };
    } finally {
      if (fd !== undefined) fs.closeSync(fd);
    }
  };
  const rename = ({ from, to }: FileToRename): FileResult => {
    try {
      fs.renameSync(from, to);
      return {};
    } catch (error) {
      return { error: described(error) };
    }
  };
  const obey = (order: Order): Answer => {
    switch (order.kind) {
      case 'learn':
        blocks.set(order.block, order.memory);
        return {};
      case 'begin': {
        const { id, fd, sizeBytes, hash, key } = order;
        const sums = { hash: hash ? createHash('sha256') : undefined, mac: key && newMac(key) };
        if (hash || key !== undefined) addFile(sums, fd, 0, sizeBytes);
        files.set(id, { fd, ...sums, isBroken: false });
        return {};
      }
      case 'write': {
        const file = files.get(order.id);
        const bytes = blocks.get(order.block)?.subarray(0, order.length);
        // After a block that failed none may follow, or a length would hide the hole.
        if (file === undefined || bytes === undefined || file.isBroken) return {};
        file.isBroken = true;
        write(file.fd, bytes, order.position);
        file.isBroken = false;
        add(file, bytes);
        return {};
      }
      case 'finish': {
        const { hash, mac } = files.get(order.id) ?? {};
        return { sha256: hash?.digest('hex') ?? '', tag: mac?.tag() ?? '' };
      }
      case 'read-back': {
        const { id, fd, sizeBytes, key } = order;
        const { mac, readBytes } = readBack.get(id) ?? { mac: newMac(key), readBytes: 0 };
        readBack.set(id, { mac, readBytes: addFile({ mac }, fd, readBytes, sizeBytes) });
        return {};
      }
      case 'finish-read-back':
        return { tag: readBack.get(order.id)?.mac.tag() ?? '' };
      case 'end':
        files.delete(order.id);
        readBack.delete(order.id);
        return {};
      case 'make': {
        const memory = blocks.get(order.block) as Uint8Array;
        return { results: order.files.map((file) => make(memory, file)) };
      }
      case 'rename':
        return { results: order.files.map(rename) };
    }
  };
  /** Time on a processor and in the queue for one; undefined where the system does not tell. */
  const busyMs = () => {
    try {
      const [running = '', queued = ''] = fs.readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ');
      return (Number(running) + Number(queued)) / 1e6;
    } catch {
      return undefined;
    }
  };
  // The system tells it in ticks of some milliseconds: over a while only.
  const leastLookMs = 100;
  let look = { files: 0, durationMs: 0, busyMs: busyMs() };
  const waited = (count: number, durationMs: number): number | undefined => {
    look.files += count;
    look.durationMs += durationMs;
    if (look.durationMs < leastLookMs) return undefined;
    const { files, durationMs: wholeMs, busyMs: before = 0 } = look;
    look = { files: 0, durationMs: 0, busyMs: busyMs() };
    return Math.max(0, wholeMs - ((look.busyMs ?? 0) - before)) / files;
  };
  port.on('messageerror', ({ message }: Error) => port.postMessage({ error: { message } }));
  port.on('message', (order: Order) => {
    const beganMs = now();
    try {
      const answer = obey(order);
      const count = answer.results?.length ?? 0;
      port.postMessage(count === 0 ? answer : { ...answer, waitMs: waited(count, now() - beganMs) });
    } catch (error) {
      port.postMessage({ error: described(error) });
    }
  });
}
