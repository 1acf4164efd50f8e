/**
 * A file on its way, in the staging folder: written in order, hashed while it is.
 *
 *     small: kept in memory until it is complete, then made, written and hashed in one go; thousands may be under way without a descriptor
 *     large: written and hashed by a thread of its own (`file-worker.ts`), as it arrives
 *
 * `close` writes down what has arrived, whatever became of the rest: the next run goes on with it. Of a large part it is recorded as it
 * grows how much is on storage (`watermark.ts`): so much outlives the machine's end too.
 */
import type { Hash } from 'node:crypto';
import * as fs from 'node:fs';
import type { Disk } from '../destination/disk';
import { applyMetadata, type WantedMetadata } from '../destination/metadata';
import { type FileWorkers, leastWorkerBytes } from './file-worker';
import { hashFile } from './hash-file';
import type { Watermark } from './watermark';
import type { WorkerFile } from './worker-file';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = fs.constants;

/** What is kept in memory of one file before it is written. */
const mostHeldBytes = 256 * 1024;

export interface PartOptions {
  readonly disk: Disk;
  readonly workers: FileWorkers;
  readonly path: string;
  /** Where a person finds it. */
  readonly shownPath: string;
  /** What an earlier run received: the length of the file at `path`; undefined where there is none. */
  readonly resumedBytes: number | undefined;
  readonly expectedBytes: number;
  /** Off in the benchmark only: digests are '' then. */
  readonly hash: boolean;
  /** Of a part that is large enough to be worth one. */
  readonly watermark: Watermark | undefined;
  /** Told when the part is no longer under way. */
  readonly onClose: () => void;
}

export class Part {
  #sizeBytes: number;
  #fd: number | undefined;
  #worker: WorkerFile | undefined;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #hash: Hash | undefined;
  /** A sync failed: of what came after the last good one, nobody knows what storage or memory holds. */
  #isInDoubt = false;
  #isMoved = false;

  constructor(private readonly options: PartOptions) {
    this.#sizeBytes = options.resumedBytes ?? 0;
  }

  get path(): string {
    return this.options.path;
  }

  get shownPath(): string {
    return this.options.shownPath;
  }

  get resumedBytes(): number {
    return this.options.resumedBytes ?? 0;
  }

  /** What arrived, of earlier runs too. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The bytes belong to the part from here on. */
  async append(bytes: Buffer): Promise<void> {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    this.#sizeBytes += bytes.length;
    if (this.options.expectedBytes > mostHeldBytes || this.#heldBytes > mostHeldBytes) {
      const fd = await this.#flush();
      this.options.watermark?.advance(this.#writtenBytes, () => this.#sync(fd));
    }
  }

  /** The bytes may be used for others once it has resolved. */
  async appendLent(bytes: Buffer): Promise<void> {
    await this.append(this.options.expectedBytes > mostHeldBytes ? bytes : Buffer.from(bytes));
  }

  /** The digest of what was received; ends the hashing. */
  async digest(): Promise<string> {
    await this.#flush();
    if (this.#worker !== undefined) return this.#worker.digest();
    return this.#hash?.digest('hex') ?? '';
  }

  /** Reads back what was written. */
  async digestOnDisk(): Promise<string> {
    const fd = await this.#flush();
    if (this.#worker !== undefined) return this.#worker.digestOnDisk(this.#sizeBytes);
    return (await hashFile(this.options.disk, fd, this.#sizeBytes)).digest('hex');
  }

  /** On storage, with its owner, permissions and time; then only a rename is missing. */
  async complete(metadata: WantedMetadata): Promise<void> {
    const { disk } = this.options;
    const fd = await this.#flush();
    await applyMetadata(disk, fd, metadata);
    await this.#sync(fd);
  }

  async moveTo(path: string): Promise<void> {
    await this.options.disk.rename(this.path, path);
    this.#isMoved = true;
  }

  /** For a part that the next run, perhaps of another boot, shall go on with: what a large one holds is made safe. Then `close`. */
  async secure(): Promise<void> {
    const { watermark } = this.options;
    if (watermark === undefined || this.#fd === undefined) return;
    const fd = await this.#flush();
    await this.#worker?.settle();
    await watermark.settle(this.#writtenBytes, () => this.#sync(fd));
  }

  async close(): Promise<void> {
    try {
      if (this.#heldBytes > 0) await this.#flush();
    } finally {
      // What could not be written was told by an earlier call, or is not there when the next run looks.
      await this.#worker?.end().catch(() => undefined);
      const { disk, watermark } = this.options;
      await watermark?.close();
      if (this.#fd !== undefined) {
        if (this.#isInDoubt) await disk.truncate(this.#fd, watermark?.safeBytes ?? 0);
        await disk.close(this.#fd);
      }
      if (this.#isMoved) await watermark?.remove();
      this.options.onClose();
    }
  }

  /** To be called after `close`. */
  async remove(): Promise<void> {
    await this.options.watermark?.remove();
    if (this.#fd !== undefined || this.options.resumedBytes !== undefined) await this.options.disk.unlink(this.path);
  }

  /** By the kernel's account, not yet by that of the storage. */
  get #writtenBytes(): number {
    return this.#worker?.writtenBytes ?? this.#sizeBytes - this.#heldBytes;
  }

  async #sync(fd: number): Promise<void> {
    try {
      await this.options.disk.sync(fd);
    } catch (error) {
      this.#isInDoubt = true;
      throw error;
    }
  }

  /** Everything that has arrived is with the disk, or with the thread that writes it. Resolves with the descriptor. */
  async #flush(): Promise<number> {
    const fd = this.#fd ?? (await this.#open());
    let position = this.#sizeBytes - this.#heldBytes;
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    for (const bytes of held) {
      const { length } = bytes;
      if (this.#worker !== undefined) await this.#worker.write(bytes);
      else {
        this.#hash?.update(bytes);
        await this.options.disk.write(fd, bytes, position);
      }
      position += length;
    }
    return fd;
  }

  async #open(): Promise<number> {
    const { disk, path, resumedBytes, expectedBytes, workers, hash } = this.options;
    const flags = resumedBytes === undefined ? O_CREAT | O_EXCL : 0;
    const fd = await disk.open(path, flags | O_RDWR | O_NOFOLLOW, 0o600);
    this.#fd = fd;
    const thereBytes = resumedBytes ?? 0;
    if (expectedBytes >= leastWorkerBytes) this.#worker = workers.begin(fd, thereBytes, hash);
    else if (hash) this.#hash = await hashFile(disk, fd, thereBytes);
    return fd;
  }
}
