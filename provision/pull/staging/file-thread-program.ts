/**
 * What a thread that writes files does. Its source text goes to the thread (`file-thread.ts`), that of the program and of each of its parts by itself:
 * none refers to anything around it, and each is given what it needs.
 */
import type * as Crypto from 'node:crypto';
import type * as FileSystem from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import type {
  Answer,
  FileError,
  FileResult,
  FileToMake,
  FileToReadBack,
  FileToRename,
  FileToWrite,
  Order,
} from './file-thread-orders';
import { type Mac, newMac } from './mac';

interface Modules {
  readonly port: MessagePort;
  readonly fs: typeof FileSystem;
  readonly crypto: typeof Crypto;
  readonly now: () => number;
}

/** Answers each order in turn. */
export function threadProgram({ port, fs, crypto, now }: Modules, parts: typeof threadParts): void {
  const calls = parts.wholeCalls(fs);
  const large = parts.largeFiles({ ...parts, calls, crypto });
  const small = parts.smallFiles({ ...parts, calls, fs, crypto });
  const waited = parts.storageWait(fs);
  const blocks = new Map<number, Uint8Array>();
  const obey = (order: Order): Answer => {
    switch (order.kind) {
      case 'learn':
        blocks.set(order.block, order.memory);
        return {};
      case 'begin':
        large.begin(order);
        return {};
      case 'write':
        large.write(order.id, blocks.get(order.block)?.subarray(0, order.length), order.position);
        return {};
      case 'finish':
        return large.finish(order.id);
      case 'read-back':
        large.readBack(order);
        return {};
      case 'finish-read-back':
        return large.finishReadBack(order.id);
      case 'end':
        large.end(order.id);
        return {};
      case 'make': {
        const memory = blocks.get(order.block) as Uint8Array;
        return { results: order.files.map((file) => small.make(memory, file)) };
      }
      case 'rename':
        return { results: order.files.map(small.rename) };
    }
  };
  port.on('messageerror', ({ message }: Error) => port.postMessage({ error: { message } }));
  port.on('message', (order: Order) => {
    const beganMs = now();
    try {
      const answer = obey(order);
      const count = answer.results?.length ?? 0;
      port.postMessage(count === 0 ? answer : { ...answer, waitMs: waited(count, now() - beganMs) });
    } catch (error) {
      port.postMessage({ error: parts.described(error) });
    }
  });
}

/** Calls of a file system that do all that is asked of them. */
type WholeCalls = ReturnType<typeof wholeCalls>;
type NewMac = typeof newMac;
type Described = typeof described;

function wholeCalls(fs: typeof FileSystem) {
  const scratch = Buffer.allocUnsafeSlow(1024 * 1024);
  return {
    write(fd: number, bytes: Uint8Array, position: number): void {
      for (let done = 0; done < bytes.length; ) {
        done += fs.writeSync(fd, bytes, done, bytes.length - done, position + done);
      }
    },
    /** Gives what lies between `from` and `end` to `take`, piece by piece. Returns where it ended: sooner where the file does. */
    read(fd: number, { from, end }: { from: number; end: number }, take: (bytes: Uint8Array) => void): number {
      for (let offset = from; ; ) {
        const count = offset < end ? fs.readSync(fd, scratch, 0, Math.min(scratch.length, end - offset), offset) : 0;
        if (count === 0) return offset;
        take(scratch.subarray(0, count));
        offset += count;
      }
    },
    /** Whether the file begins with these bytes. */
    isOnDisk(fd: number, bytes: Uint8Array): boolean {
      for (let offset = 0; offset < bytes.length; ) {
        const count = fs.readSync(fd, scratch, 0, Math.min(scratch.length, bytes.length - offset), offset);
        if (count === 0 || scratch.compare(bytes, offset, offset + count, 0, count) !== 0) return false;
        offset += count;
      }
      return true;
    },
  };
}

/** Large files, written and hashed as they arrive, and read back. */
function largeFiles({
  calls,
  crypto,
  newMac,
}: {
  readonly calls: WholeCalls;
  readonly crypto: typeof Crypto;
  readonly newMac: NewMac;
}) {
  interface Sums {
    readonly hash: Crypto.Hash | undefined;
    readonly mac: Mac | undefined;
  }
  const written = new Map<number, Sums & { readonly fd: number; isBroken: boolean }>();
  const readBack = new Map<number, { readonly mac: Mac; readBytes: number }>();
  const add = ({ hash, mac }: Sums, bytes: Uint8Array) => {
    hash?.update(bytes);
    mac?.update(bytes);
  };
  return {
    begin({ id, fd, sizeBytes, hash, key }: FileToWrite): void {
      const sums = {
        hash: hash ? crypto.createHash('sha256') : undefined,
        mac: key === undefined ? undefined : newMac(crypto, key),
      };
      if (hash || key !== undefined) calls.read(fd, { from: 0, end: sizeBytes }, (bytes) => add(sums, bytes));
      written.set(id, { fd, ...sums, isBroken: false });
    },
    write(id: number, bytes: Uint8Array | undefined, position: number): void {
      const file = written.get(id);
      // After a block that failed none may follow, or a length would hide the hole.
      if (file === undefined || bytes === undefined || file.isBroken) return;
      file.isBroken = true;
      calls.write(file.fd, bytes, position);
      file.isBroken = false;
      add(file, bytes);
    },
    /** Digest and tag of what was written. */
    finish(id: number): { readonly sha256: string; readonly tag: string } {
      const { hash, mac } = written.get(id) ?? {};
      return { sha256: hash?.digest('hex') ?? '', tag: mac?.tag() ?? '' };
    },
    readBack({ id, fd, sizeBytes, key }: FileToReadBack): void {
      const { mac, readBytes } = readBack.get(id) ?? { mac: newMac(crypto, key), readBytes: 0 };
      const reached = calls.read(fd, { from: readBytes, end: sizeBytes }, (bytes) => mac.update(bytes));
      readBack.set(id, { mac, readBytes: reached });
    },
    /** Tag of what was read back. */
    finishReadBack(id: number): { readonly tag: string } {
      return { tag: readBack.get(id)?.mac.tag() ?? '' };
    },
    end(id: number): void {
      written.delete(id);
      readBack.delete(id);
    },
  };
}

/** Small files, each whole in one go. What fails is one file's result. */
function smallFiles({
  calls,
  fs,
  crypto,
  described,
}: {
  readonly calls: WholeCalls;
  readonly fs: typeof FileSystem;
  readonly crypto: typeof Crypto;
  readonly described: Described;
}) {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = fs.constants;
  return {
    /** `memory`: where its bytes are. */
    make(memory: Uint8Array, file: FileToMake): FileResult {
      const bytes = memory.subarray(file.offset, file.offset + file.length);
      let fd: number | undefined;
      try {
        fd = fs.openSync(file.path, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW, 0o600);
        calls.write(fd, bytes, 0);
        // In an order in which one does not undo another; -1 leaves an owner as it is (chown(2)).
        if (file.uid !== undefined || file.gid !== undefined) fs.fchownSync(fd, file.uid ?? -1, file.gid ?? -1);
        if (file.mode !== undefined) fs.fchmodSync(fd, file.mode);
        if (file.mtimeSeconds !== undefined) fs.futimesSync(fd, file.mtimeSeconds, file.mtimeSeconds);
        if (file.sync) fs.fsyncSync(fd);
        return {
          sha256: file.hash ? crypto.createHash('sha256').update(bytes).digest('hex') : '',
          isAsWritten: !file.verify || calls.isOnDisk(fd, bytes),
        };
      } catch (error) {
        return { error: described(error) };
      } finally {
        if (fd !== undefined) fs.closeSync(fd);
      }
    },
    rename({ from, to }: FileToRename): FileResult {
      try {
        fs.renameSync(from, to);
        return {};
      } catch (error) {
        return { error: described(error) };
      }
    },
  };
}

/** What a file waited for storage lately: the time that it took, without that on a processor and in the queue for one. */
function storageWait(fs: typeof FileSystem) {
  /** Undefined where the system does not tell. */
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
  /** After so many files that took so long; undefined until it is known anew. */
  return (count: number, durationMs: number): number | undefined => {
    look.files += count;
    look.durationMs += durationMs;
    if (look.durationMs < leastLookMs) return undefined;
    const { files, durationMs: wholeMs, busyMs: before = 0 } = look;
    look = { files: 0, durationMs: 0, busyMs: busyMs() };
    return Math.max(0, wholeMs - ((look.busyMs ?? 0) - before)) / files;
  };
}

/** As it crosses from the thread. */
function described(error: unknown): FileError {
  const { message, code, syscall } = error as NodeJS.ErrnoException;
  return { message, code, syscall };
}

/** What the program is given beside the modules. */
export const threadParts = { wholeCalls, largeFiles, smallFiles, storageWait, described, newMac };
