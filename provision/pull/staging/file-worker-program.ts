/** What a thread that writes large files is told and does. */
import type { createHash } from 'node:crypto';
import type * as FileSystem from 'node:fs';
import type { MessagePort } from 'node:worker_threads';

export type Order =
  /** The first `sizeBytes` of a file are there already, and are hashed where that is wanted. */
  | ({ readonly kind: 'begin' } & FileToWrite)
  | { readonly kind: 'learn'; readonly block: number; readonly memory: Uint8Array }
  | {
      readonly kind: 'write';
      readonly id: number;
      readonly block: number;
      readonly length: number;
      readonly position: number;
    }
  | { readonly kind: 'digest'; readonly id: number }
  | { readonly kind: 'digest-on-disk'; readonly id: number; readonly sizeBytes: number }
  | { readonly kind: 'end'; readonly id: number };

export interface FileToWrite {
  readonly id: number;
  readonly fd: number;
  readonly sizeBytes: number;
  readonly hash: boolean;
}

export interface Answer {
  readonly digest?: string;
  readonly error?: { readonly message: string; readonly code?: string | undefined };
}

interface Modules {
  readonly port: MessagePort;
  readonly fs: typeof FileSystem;
  readonly createHash: typeof createHash;
}

/** Answers each order in turn. Its source text is what the thread runs: it refers to nothing around it. */
export function workerProgram({ port, fs, createHash }: Modules): void {
  const blocks = new Map<number, Uint8Array>();
  const files = new Map<
    number,
    { readonly fd: number; readonly hash: ReturnType<typeof createHash> | undefined; isBroken: boolean }
  >();
  const block = Buffer.allocUnsafeSlow(1024 * 1024);
  const hashFile = (fd: number, sizeBytes: number) => {
    const hash = createHash('sha256');
    for (let offset = 0; offset < sizeBytes; ) {
      const count = fs.readSync(fd, block, 0, Math.min(block.length, sizeBytes - offset), offset);
      if (count === 0) break;
      hash.update(block.subarray(0, count));
      offset += count;
    }
    return hash;
  };
  const obey = (order: Order): Answer => {
    const file = order.kind === 'learn' ? undefined : files.get(order.id);
    switch (order.kind) {
      case 'begin':
        files.set(order.id, {
          fd: order.fd,
          hash: order.hash ? hashFile(order.fd, order.sizeBytes) : undefined,
          isBroken: false,
        });
        return {};
      case 'learn':
        blocks.set(order.block, order.memory);
        return {};
      case 'write': {
        const bytes = blocks.get(order.block)?.subarray(0, order.length);
        // After a block that failed none may follow, or a length would hide the hole.
        if (file === undefined || bytes === undefined || file.isBroken) return {};
        file.isBroken = true;
        for (let done = 0; done < bytes.length; ) {
          done += fs.writeSync(file.fd, bytes, done, bytes.length - done, order.position + done);
        }
        file.isBroken = false;
        file.hash?.update(bytes);
        return {};
      }
      case 'digest':
        return { digest: file?.hash?.digest('hex') ?? '' };
      case 'digest-on-disk':
        return { digest: file === undefined ? '' : hashFile(file.fd, order.sizeBytes).digest('hex') };
      case 'end':
        files.delete(order.id);
        return {};
    }
  };
  port.on('messageerror', ({ message }: Error) => port.postMessage({ error: { message } }));
  port.on('message', (order: Order) => {
    try {
      port.postMessage(obey(order));
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      port.postMessage({ error: { message, code } });
    }
  });
}
